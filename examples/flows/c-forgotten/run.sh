#!/bin/sh
# To be forgotten: a form sets a field, a live segment sees it, a campaign deletes, once the person has
# confirmed by mail that it was she who asked. Then no byte of her is left.
. "$(dirname "$0")/../start.sh"
habeas form publish "$flow/form.json"
habeas campaign publish "$flow/campaign.json"
habeas subject create email=carla@example.org first_name=Carla 'phone=+49 30 23125077'
habeas outbox queue email:carla@example.org shipped --key order/78
search() { printf '%s\n' carla@example.org +493023125077 | habeas verify --residue-file - --residue-path .; }

say "The submission. Nothing is deleted yet: anybody may type an address into a form."
habeas form submit forget_me - <<END
{"mail": "carla@example.org", "forget": true}
END
habeas request list --open
proof=$(token carla@example.org) # out of her mail
search || test $? = 1

say "She confirms; the campaign deletes."
habeas request confirm "$proof"
habeas campaign run
habeas campaign show forget

say "Every byte of the store and of this folder is searched for her; the receipt names nobody."
search
habeas erasure receipt 1

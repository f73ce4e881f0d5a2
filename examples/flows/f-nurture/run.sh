#!/bin/sh
# Lead scoring and a campaign of several steps with conditions; points are kept only of whom it is allowed.
. "$(dirname "$0")/../start.sh"
habeas points define "$flow/points.json"
habeas campaign publish "$flow/campaign.json"
for name in gina hans; do
    habeas subject create email=$name@example.org first_name=$name
    habeas consent record email:$name@example.org granted newsletter --channel email --method form \
        --text-version 1 --language en
done
habeas consent record email:gina@example.org granted scoring --channel email --method form \
    --text-version 1 --language en

say "What would happen in the next week if nobody did anything? Nothing is done for it."
habeas campaign simulate nurture --to "$(date -u -d '+7 days' +%Y-%m-%dT%H:%M:%SZ)"

say "The first mails go out. Both open theirs; only she may be scored."
habeas campaign run
habeas outbox run --folder mail
habeas campaign signal email:gina@example.org opened hello
habeas campaign signal email:hans@example.org opened hello
habeas points show email:gina@example.org
habeas points show email:hans@example.org
habeas tag list email:gina@example.org

say "The tree with its counts, here and in tree.svg"
habeas campaign show nurture
habeas campaign show nurture --svg --output tree.svg

#!/bin/sh
# To see one's data: a form sets a field, a live segment sees it, a campaign tells an employee, and once the
# person has confirmed by mail, sends her all of it as an attachment.
. "$(dirname "$0")/../start.sh"
habeas form publish "$flow/form.json"
habeas campaign publish "$flow/campaign.json"
habeas subject create email=dina@example.org first_name=Dina last_name=Doppler 'phone=+49 30 23125088'

say "The submission, and what went out: a notice to the desk, and a mail that asks whether it was she."
habeas form submit show_me - <<END
{"mail": "dina@example.org", "show": true}
END
proof=$(token dina@example.org)
habeas outbox list

say "She confirms; what she gets next has her data attached."
habeas request confirm "$proof"
habeas campaign run
habeas outbox run --folder answer
habeas campaign show access
habeas request list
python3 - answer/*.eml <<'END'
import email, io, sys, zipfile
for part in email.message_from_binary_file(open(sys.argv[1], "rb")).walk():
    if part.get_filename():
        print(part.get_filename(), zipfile.ZipFile(io.BytesIO(part.get_payload(decode=True))).namelist())
END

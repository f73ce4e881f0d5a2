#!/bin/sh
# One form for both, to see one's data and to be forgotten; who sent it reads what happens next.
. "$(dirname "$0")/../start.sh"
habeas form publish "$flow/form.json"
habeas form render my_data --action /my-data --output form.html
habeas subject create email=emma@example.org first_name=Emma
habeas subject create email=fred@example.org first_name=Fred

say "Emma wants to see her data, and confirms by mail."
habeas form submit my_data - <<END
{"mail": "emma@example.org", "wish": "view"}
END
habeas request confirm "$(token emma@example.org)"
habeas export subject email:emma@example.org --output emma.zip
habeas request fulfil 1 --note "sent as ZIP"

say "Fred wants to be deleted, and confirms by mail."
habeas form submit my_data - <<END
{"mail": "fred@example.org", "wish": "forget"}
END
habeas request confirm "$(token fred@example.org)"
habeas request fulfil 2
habeas request list
habeas verify --residue fred@example.org --residue-path .

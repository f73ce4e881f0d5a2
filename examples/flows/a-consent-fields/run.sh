#!/bin/sh
# A consent field for each purpose, with its exact words, and a checkbox that nobody ticked beforehand.
. "$(dirname "$0")/../start.sh"

say "The form is held against the law, then published."
habeas form lint "$flow/form.json"
habeas form publish "$flow/form.json"
habeas form render signup --action /signup --output form.html

say "Anna ticks one of two boxes, and confirms by the mail that she gets (double opt-in)."
habeas form submit signup - <<END
{"mail": "anna@example.org", "newsletter": true}
END
habeas optin confirm "$(token anna@example.org)"

say "The newsletter may go to her; offers may not. What she was shown is the evidence."
habeas decide email:anna@example.org newsletter email
habeas decide email:anna@example.org offers email || test $? = 1
habeas consent history email:anna@example.org

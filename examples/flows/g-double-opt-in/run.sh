#!/bin/sh
# A newsletter from the sign-up to the click that ends it. examples/server serves form and pages; HABEAS_SERVER
# names another program than build/release/examples_server/habeas_server.
. "$(dirname "$0")/../start.sh"
server=${HABEAS_SERVER:-$flow/../../../build/release/examples_server/habeas_server}
habeas form publish "$flow/form.json"
"$server" "$PWD/shop.habeas" 0 >address & served=$!
trap 'kill $served' EXIT
until grep -q http address; do kill -0 $served && sleep 0.1; done
site=$(cat address)
get() { curl -fsS "$site$1"; }
post() { path=$1; shift; curl -fsS "$@" "$site$path"; }
path() { # WHAT: the path of the last link of this kind in the mails
    habeas outbox run --folder mail >/dev/null
    cat mail/*.eml | tr -d '\r' | sed -e ':a' -e '/=$/{N;s/=\n//;ba' -e '}' | grep -o "https://shop.example/$1/[A-Za-z0-9_-]*" | tail -n 1 | sed 's|https://[^/]*||'
}

say "Nora fills in the form. She is asked by mail; nothing may be sent to her yet."
post /form/signup -d mail=nora@example.org -d newsletter=yes >thanks.html
habeas decide email:nora@example.org newsletter email || test $? = 1

say "A mail scanner opens her link: nothing changes. She opens it and presses the button."
confirm=$(path confirm)
get "$confirm" >question.html
habeas optin list
post "$confirm" -d action=confirm >confirmed.html
habeas decide email:nora@example.org newsletter email

say "The newsletter goes. Her mail program shows a button to unsubscribe: it sends one POST (RFC 8058)."
habeas outbox queue email:nora@example.org letter --key letter/1
unsubscribe=$(path unsubscribe)
get "$unsubscribe" >really.html
habeas decide email:nora@example.org newsletter email
post "$unsubscribe" -d List-Unsubscribe=One-Click >unsubscribed.html
habeas decide email:nora@example.org newsletter email || test $? = 1

say "The next one is refused; what she said is on record, each with its proof."
habeas outbox queue email:nora@example.org letter --key letter/2 || test $? = 1
habeas consent history email:nora@example.org

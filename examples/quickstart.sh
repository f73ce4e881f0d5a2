#!/bin/sh
# From 5,000 contacts to a decision, an export, a provable erasure, forms, a campaign, a backup put back and a report,
# in build/quickstart/.
# usage: sh examples/quickstart.sh
# HABEAS=PROGRAM      uses this program and installs and builds nothing
# QUICKSTART=FOLDER   works there; a folder of a former run is emptied, any other is refused
set -eu
umask 077
cd "$(dirname "$0")/.."
data=examples/data
folder=${QUICKSTART:-build/quickstart}

step_number=0
step() { # TEXT...: what comes now, in plain words
    step_number=$((step_number + 1))
    printf '\n%s. %s\n' $step_number "$*"
}
say() { printf '   %s\n' "$*"; }
indent() { sed 's/^/     /'; }
fail() {
    echo "quickstart: $*" >&2
    exit 1
}
run() { # COMMAND...: shows it; its output goes to $out
    printf '   $ %s\n' "$(printf '%s ' "$@" | sed "s|$program|habeas|; s|$folder/||g; s/ *\$//")"
    out=$("$@") || fail "this command ended with $?"
}
show() { printf '%s\n' "$out" | indent; }

program=${HABEAS:-build/release/habeas}
if [ -z "${HABEAS:-}" ]; then
    sh cmake/install_packages.sh build
    [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
    [ -x "$program" ] || echo "Building habeas (some minutes, the first time only)"
    mkdir -p build/logs
    cmake --build build/release --target habeas_cli >build/logs/quickstart-build.log 2>&1 ||
        { tail -n 30 build/logs/quickstart-build.log; fail "the build failed; see build/logs/quickstart-build.log"; }
fi
[ -x "$program" ] || fail "$program is not a program"

if [ -e "$folder" ]; then
    [ -f "$folder/.quickstart" ] || fail "$folder was not made by this script; name another folder"
    rm -rf "$folder"
fi
mkdir -p "$folder"
touch "$folder/.quickstart"
export HABEAS_STORE="$folder/shop.habeas" HABEAS_ACTOR=system:quickstart COLUMNS=100
unset HABEAS_KEY HABEAS_KEY_FILE HABEAS_JOURNAL 2>/dev/null || true

echo "habeas: a shop brings its contacts into a new store, in $folder/"

step "A store is one SQLite file; beside it lie its key and the journal of what a backup must not undo."
run "$program" init
show | sed -n '1,2p'

step "Definitions: fields, and three purposes, each with its lawful basis and its words in two languages."
run "$program" apply $data/definitions.json
say "newsletter: consent; order updates: contract; personal offers (profiling): consent."

step "Contacts come in from the CSV of another system. That alone makes nobody mailable."
run "$program" import contacts $data/contacts.csv --columns $data/columns.json \
    --rejects "$folder/rejected-contacts.csv"
show | sed -n '/^ *\(rows\|created\|updated\|rejected\)  *[0-9]/p'
say "What was rejected, and why, stands in a file that repeats no value; its first lines:"
sed -n '1,4p' "$folder/rejected-contacts.csv" | indent
say "Who may get the newsletter now:"
run "$program" filter newsletter email --count
show | tail -n 1

step "Consents come in with their evidence: what was shown, when, in which language, and how."
run "$program" import consents $data/consents.csv --rejects "$folder/rejected-consents.csv"
show | sed -n '/^ *\(rows\|consents\|rejected\)  *[0-9]/p'

step "Who may get the newsletter, and why the others may not."
run "$program" filter newsletter email --count
show | awk '$1 ~ /^[0-9]+$/ && ($2 == "yes" || $2 == "no") { printf "     %6d  %-4s %s\n", $1, $2, $3 }'
show | tail -n 1

step "Why may we not write to this person? The answer in words, and the step that decided."
printf '   $ habeas decide external:mautic:1052 newsletter email --explain\n'
out=$("$program" decide external:mautic:1052 newsletter email --explain) && fail "this was not denied"
show | sed -n '/Denied/,/decided by/p; /->/s/   */  /gp'

step "Another person asks for her data: a ZIP with a page for her, JSON, CSV and receipts of her consents."
run "$program" export subject external:mautic:1803 --output "$folder/bundle.zip"
python3 -m zipfile -l "$folder/bundle.zip" | awk 'NR > 1 { print $1 }' | indent
python3 -m zipfile -e "$folder/bundle.zip" "$folder/bundle/"

step "A third person wants to be erased. Her data can be found now: in the store, and in a file written for her."
run "$program" export subject external:mautic:1471 --format json --output "$folder/nikolina.json"
values() { # as they stand in the contacts
    printf '%s\n' nikolina.babic@post.example 091/0004691 'Trg slobode 155' 01787960
}
search() { # counts the places where they are found: the store, files that habeas wrote, all else in the folder
    status=0
    out=$(values | "$program" verify --json --residue-file - --residue-path "$folder") || status=$?
    [ $status -le 1 ] || fail "the search ended with $status" # 0: all is well; 1: something was found
    places=$(printf '%s\n' "$out" | grep -c '"code": "residue"') || true
    different=$(printf '%s\n' "$out" | grep -o 'all of value [0-9]*' | sort -u | wc -l)
    say "Places where her e-mail, telephone, street or customer number stand: $places"
}
search
[ "$different" = 4 ] && [ "$places" -ge 8 ] || fail "all of her data should have been found before the erasure"

step "The erasure: from every table, page and file at once, with a receipt that names nobody."
run "$program" erase external:mautic:1471
show | sed -n '/^ *\(receipt\|ground\|nobody can\|no byte\|removed: files\)/p'

step "Is anything left of her? Every byte of the store and of the folder is searched, then all is verified."
printf '   $ habeas verify --residue-file - --residue-path .   (her values on standard input)\n'
search
[ "$places" = 0 ] && [ $status = 0 ] || fail "something of the erased person is left"
[ ! -e "$folder/nikolina.json" ] || fail "the file that was written for her is still there"
run "$program" verify
show | sed -n '/^ *\(events checked\|erased events\|Nothing is wrong\)/p'
say "($data/contacts.csv is the shop's own file and still has her: habeas proves what it keeps and writes itself.)"

token() { # ADDRESS: sends what waits, and reads what the last mail to that address asks for
    "$program" outbox run --folder "$folder/mail" >/dev/null
    for mail in "$folder"/mail/*.eml; do grep -q "^To: .*$1" "$mail" && tr -d '\r' <"$mail"; done |
        sed -n 's/^\([0-9]*-[0-9a-f]\{64\}\)$/\1/p' | tail -n 1
}
answer() { show | sed -n 's/^ *message  *\(.*\)$/   The page answers: \1/p'; }
flows=examples/flows

step "One form for two wishes: to see one's data, or to be forgotten. It is held against the law before people get it."
"$program" apply $flows/e-one-form/definitions.json >/dev/null
run "$program" form publish $flows/e-one-form/form.json
run "$program" form render my_data --output "$folder/form.html"
run "$program" form submit my_data - <<END
{"mail": "barbel_gross@example.com", "wish": "view"}
END
answer
"$program" request confirm "$(token barbel_gross@example.com)" >/dev/null || fail "her request was not confirmed"
say "She confirms by the mail that she gets; her request is verified:"
run "$program" request list --open
show | awk '$1 ~ /^[0-9]+$/ { printf "     request %s of %s %s: %s, %s, due on %s\n", $1, $2, $3, $4, $5, $6 }'

step "To be forgotten at once: a box sets a field, a live segment sees it, a campaign deletes, after a mail was confirmed."
"$program" apply $flows/c-forgotten/definitions.json >/dev/null
run "$program" form publish $flows/c-forgotten/form.json
run "$program" campaign publish $flows/c-forgotten/campaign.json
gone=emma.nowak@post.example
"$program" subject create email=$gone first_name=Emma >/dev/null
run "$program" form submit forget_me - <<END
{"mail": "$gone", "forget": true}
END
answer
proof=$(token $gone)
status=0
"$program" verify --residue $gone --residue-path "$folder" >/dev/null || status=$?
[ $status = 1 ] || fail "she should have been found before she confirmed"
"$program" request confirm "$proof" >/dev/null || fail "the request to be forgotten was not confirmed"
"$program" verify --residue $gone --residue-path "$folder" >/dev/null || fail "something of who wanted to be forgotten is left"
say "She confirmed; no byte of her is left in the store or in the folder. The campaign, with its counts:"
run "$program" campaign show forget
show

step "Other places have his data too: the shop's own database is declared as a data holder, without code."
python3 - "$folder/orders.db" <<END
import os, sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.executescript("""CREATE TABLE customer(mail TEXT, street TEXT);
        CREATE TABLE invoice(mail TEXT, street TEXT, paid_on TEXT);
        INSERT INTO customer VALUES('oskar.lind@post.example', 'Sveavagen 8');
        INSERT INTO invoice VALUES('oskar.lind@post.example', 'Sveavagen 8', date('now', '-1 year'));""")
os.chmod(sys.argv[1], 0o600)
END
run "$program" holder define - <<END
{"code": "orders", "database": {"path": "$(cd "$folder" && pwd)/orders.db", "tables": [
  {"table": "customer", "key": "mail", "match": "email", "erase": "delete"},
  {"table": "invoice", "key": "mail", "match": "email", "erase": "delete",
   "keep": {"ground": "GDPR 17(3)(b), tax law", "after": "paid_on", "for": "P10Y", "null": ["street"]}}]}}
END
show
oskar=oskar.lind@post.example
"$program" subject create email=$oskar first_name=Oskar >/dev/null

step "An encrypted backup; then he is erased, here and in the other database. What the law keeps is named."
run "$program" backup key "$folder/backup.key"
run "$program" backup create "$folder/monday.backup" --backup-key "$folder/backup.key"
show | head -n 1
run "$program" erase email:$oskar
run "$program" holder run
show
run "$program" holder tasks --holder orders
show

step "The backup is put back. Who was erased since does not come back, and the other database is asked again."
run "$program" restore "$folder/monday.backup" --backup-key "$folder/backup.key" --overwrite
show | head -n 3
run "$program" holder run
show
"$program" subject find email:$oskar >/dev/null 2>&1 && fail "who was erased is back"
"$program" verify --residue $oskar >/dev/null || fail "something of him is in the store that was put back"
say "Nobody is found by his address, and no byte of it is in the store."

step "What goes by itself: a rule of retention, and whom it would take in three years."
run "$program" retention define @- <<END
{"code": "quiet", "about": "subject", "action": "anonymise", "keep": ["country"], "since": "activity", "period": "P24M"}
END
run "$program" retention preview quiet --at "$(date -u -d '+3 years' +%F)" --limit 2
show

step "Where data go: the recipients of the purposes are put on file, and what would stop if the framework with the United States fell."
run "$program" processor define @- <<END
{"code": "mail_provider", "name": "Mail provider", "history": [{"established": "US", "owner": "US", "data_locations": ["US"],
  "contract": {"signed": "2024-01-15"}, "dpf_listed": true}]}
END
show
run "$program" processor define @- <<END
{"code": "carrier", "name": "Carrier", "history": [{"role": "controller", "established": "DE", "owner": "DE", "data_locations": ["DE"]}]}
END
status=0
"$program" place check --without DPF >"$folder/out" 2>&1 || status=$?
[ $status = 1 ] || fail "the check of places should have found something"
grep "^Stops" "$folder/out" | head -n 1

step "A laptop is stolen: whom it concerns is counted, and the 72 hours of the authority run. The privacy notice drafts itself."
run "$program" breach define @- <<END
{"code": "laptop", "title": "A laptop was stolen", "nature": ["confidentiality"], "description": "From a parked car.",
 "affected": {"filter": {"field": "country", "op": "=", "value": "AT"}, "fields": ["email", "phone"], "subjects": "customers"}}
END
show
run "$program" notice draft --html --output "$folder/privacy-notice.html" 2>"$folder/gaps"
printf '     What it lacks (%s): ' "$(grep -c GDPR "$folder/gaps")" && head -n 1 "$folder/gaps"

step "A report for whoever answers for data protection: figures and plots, no personal data."
run "$program" report --output "$folder/report.html"

cat <<END

Done. Look at
   $folder/report.html            the report
   $folder/bundle/index.html      what the second person receives
   $folder/privacy-notice.html    the draft of a privacy notice
   $folder/rejected-contacts.csv  what was not imported, and why
   $folder/form.html              the form; $flows/ has more of them, with campaigns
and try: $program --store $HABEAS_STORE --help
END

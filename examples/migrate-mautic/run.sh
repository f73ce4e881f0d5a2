#!/bin/sh
# From a Mautic-shaped MariaDB to a habeas that works: opt-outs, people, consent, segments, a campaign.
# usage: sh examples/migrate-mautic/run.sh [NEW_FOLDER [CONTACTS]]
# HABEAS=PROGRAM uses this program, and not the one in build/release/
# The server is one of our own in the folder, reached by a socket alone; without mariadb-server the dump is read.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
program=${HABEAS:-$here/../../build/release/habeas}
[ -x "$program" ] || { echo "$program is not a program; see examples/quickstart.sh, or say HABEAS=PROGRAM" >&2; exit 1; }
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
folder=${1:-$(mktemp -d)/moved}
contacts=${2:-2000}
mkdir "$folder" # a new one
cd "$folder"
export HABEAS_STORE=shop.habeas HABEAS_ACTOR=system:migration COLUMNS=140
unset HABEAS_KEY HABEAS_KEY_FILE HABEAS_JOURNAL 2>/dev/null || true
habeas() { "$program" "$@"; }
say() { printf '\n%s\n' "$*"; }

say "1. Mautic, as it was: $contacts contacts"
python3 -B "$here/make_platforms.py" old "$contacts"
from="--dump old/mautic.sql"
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }; }
trap stop EXIT
PATH=$PATH:/usr/sbin
if command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null; then
    socket=$(pwd)/my.sock # a socket's path has 107 bytes at most
    [ ${#socket} -lt 100 ] || socket=$(mktemp -d)/my.sock
    mariadb-install-db --no-defaults --datadir="$(pwd)/mysql" --auth-root-authentication-method=normal \
        --skip-test-db >install.log 2>&1
    mariadbd --no-defaults --datadir="$(pwd)/mysql" --socket="$socket" --skip-networking \
        --pid-file="$(pwd)/my.pid" --user="$(id -un)" >server.log 2>&1 &
    server=$!
    for _ in $(seq 100); do
        mariadb --no-defaults --socket="$socket" -u root -e 'SELECT 1' >/dev/null 2>&1 && break
        sleep 0.3
    done
    mariadb --no-defaults --socket="$socket" -u root -e 'CREATE DATABASE mautic CHARACTER SET utf8mb4'
    mariadb --no-defaults --socket="$socket" -u root mautic <old/mautic.sql
    from="--database mautic --socket $socket --user root"
    echo "It runs in MariaDB."
fi

say "2. A new store, with the purpose that its consents are for"
habeas init >/dev/null
habeas apply "$here/definitions.json"

# Mautic never kept what was shown. The text of the form is known here, so each consent is given as of its version 1.
consent='newsletter_optin=newsletter/email@optin_date#1'

say "3. What would become of every row"
# shellcheck disable=SC2086
habeas migrate mautic $from --consent "$consent" --preview

say "4. The move, and its account as a file"
# shellcheck disable=SC2086
habeas migrate mautic $from --consent "$consent" --report report.json --rejects rejects.csv >/dev/null
python3 - <<'PY'
import json
for part in json.load(open("report.json"))["parts"]:
    counted = sum(part[name] for name in ("created", "updated", "unchanged", "merged", "suppressed", "skipped", "rejected"))
    print(f"{part['name']}: {counted} of {part['rows']} rows accounted for")
    assert counted == part["rows"]
PY

say "5. Once more: nothing comes twice"
# shellcheck disable=SC2086
habeas migrate mautic $from --consent "$consent" --json | python3 -c \
    'import json, sys; print("created:", sum(part["created"] for part in json.load(sys.stdin)["parts"]))'

say "6. Who may get the newsletter, and who may not"
habeas filter newsletter email --count

say "7. The segments"
habeas segment list

say "8. A campaign to one of them, which asks the decision for each mail"
habeas campaign publish "$here/campaign.json" >/dev/null
habeas campaign run >/dev/null
habeas outbox run --folder mail >/dev/null
echo "mails: $(find mail -name '*.eml' | wc -l)"
python3 - <<'PY'
import email, json, pathlib
never = set(json.load(open("old/expected.json"))["mautic"])
sent = {email.message_from_bytes(each.read_bytes())["To"].strip("<>").lower() for each in pathlib.Path("mail").glob("*.eml")}
assert not {each for each in sent if each.split("<")[-1].rstrip(">") in never}
print("of them to people who opted out in Mautic: 0")
PY

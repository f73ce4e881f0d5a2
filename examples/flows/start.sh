# What each flow begins with: a new folder with a store, and its definitions in it. For run.sh to read in.
# usage of each: sh examples/flows/NAME/run.sh [NEW_FOLDER]
# HABEAS=PROGRAM uses this program, and not the one in build/release/
set -eu
umask 077
flow=$(cd "$(dirname "$0")" && pwd)
program=${HABEAS:-$flow/../../../build/release/habeas}
[ -x "$program" ] || { echo "$program is not a program; see examples/quickstart.sh, or say HABEAS=PROGRAM" >&2; exit 1; }
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
folder=${1:-$(mktemp -d)/flow}
mkdir "$folder" # a new one
cd "$folder"
export HABEAS_STORE=shop.habeas HABEAS_ACTOR=system:flow COLUMNS=100
unset HABEAS_KEY HABEAS_KEY_FILE HABEAS_JOURNAL 2>/dev/null || true

habeas() { "$program" "$@"; }
say() { printf '\n%s\n' "$*"; }
token() { # ADDRESS: sends what waits, and reads what the last mail to that address asks for
    habeas outbox run --folder mail >/dev/null
    for mail in mail/*.eml; do grep -q "^To: .*$1" "$mail" && tr -d '\r' <"$mail"; done |
        sed -n 's/^\([0-9]*-[0-9a-f]\{64\}\)$/\1/p' | tail -n 1
}

echo "In $(pwd):"
habeas init >/dev/null
habeas apply "$flow/definitions.json" >/dev/null

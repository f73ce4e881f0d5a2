#!/bin/sh
# What a call through the PHP package costs, as a ratio to the same call in C, in one run: the sides take turns.
# Goals (bar 4 of the bindings): a decision by the extension 1.3, by FFI 1.5; 1,000 at once by each 1.5.
# usage: run.sh [HABEAS_BUILD [PEOPLE [TURNS]]]; a build of the release preset
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
build=$(cd "${1:-$root/build/release}" && pwd)
people=${2:-20000}
turns=${3:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sh "$root/bindings/php/build_ext.sh" "$build" "$folder" >"$folder/ext.log" 2>&1 || { tail "$folder/ext.log"; exit 1; }
cc -O2 -o "$folder/calls" "$here/calls.c" -I"$root/capi" -L"$build" -lhabeas -Wl,-rpath,"$build"
export HABEAS_PROGRAM="$build/habeas" HABEAS_LIBRARY="$build/libhabeas.so.0"
php="php -d zend.assertions=-1 -d opcache.enable_cli=1 -d extension=$folder/habeas.so"
$php "$here/calls.php" prepare "$folder/store" "$people"
turn=0
while [ $turn -lt "$turns" ]; do
    echo "c $("$folder/calls" "$folder/store" "$people" 15)"
    for transport in extension ffi process; do
        echo "$transport $($php "$here/calls.php" $transport "$folder/store" "$people" 15)"
    done
    turn=$((turn + 1))
done | tee /dev/stderr | python3 -c '
import collections, json, sys
rows = collections.defaultdict(list)
for line in sys.stdin:
    side, _, text = line.partition(" ")
    for name, value in json.loads(text).items():
        rows[name, side].append(value)
for name in ("single", "bulk"):
    c = min(rows[name, "c"])
    for side in ("extension", "ffi", "process"):
        found = min(rows[name, side])
        print(json.dumps({"bench": f"php_{name}_{side}", "ns": found, "c_ns": c, "ratio": round(found / c, 2)}))
'

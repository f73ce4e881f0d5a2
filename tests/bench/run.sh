#!/bin/sh
# Measures habeas against plain C programs on SQLite, in turns; prints one JSON object a line.
# usage: sh tests/bench/run.sh [--small] [--check] [--rounds N] [--folder FOLDER] [--fresh] [NAME...]
#   --small    100,000 people instead of 1,000,000
#   --check    exit code 1 if a goal is missed by more than a tenth
#   --rounds   how often each side has its turn (5)
#   --folder   where data and stores are, and stay for the next run (build/bench)
#   --fresh    makes data and stores again
#   NAME       only these programs: import_csv, decision, filter_1m, ...
set -eu
cd "$(dirname "$0")/../.."

size=full rounds=5 folder=build/bench check="" fresh="" only=""
while [ $# -gt 0 ]; do
    case $1 in
    --small) size=small ;;
    --check) check=--check ;;
    --fresh) fresh=yes ;;
    --rounds) rounds=$2; shift ;;
    --folder) folder=$2; shift ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) only="$only $1" ;;
    esac
    shift
done
programs=build/release/tests/bench
place=$folder/$size
mkdir -p "$place" build/logs

# Quiet on stdout, which is for the results.
log=build/logs/bench-build.log
{
    cmake --preset release # again, too: the quickstart may have configured it before Catch2 was there
    cmake --build build/release --target bench_raw bench_habeas make_bench_data
} >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }

# The stores that nobody changes are made again when their making or the tables have changed.
stamp=$(cat tests/bench/make_bench_data.c tests/bench/prepare.cpp tests/bench/definitions.json src/*/schema.sql | cksum)
if [ -n "$fresh" ] || [ "$(cat "$place/stamp" 2>/dev/null)" != "$stamp" ]; then
    echo "making the data in $place" >&2
    rm -rf "$place"
    mkdir -p "$place/base"
    [ $size = small ] && small=--small || small=""
    "$programs/make_bench_data" $small "$place/contacts.csv"
    cp tests/bench/definitions.json "$place"
    "$programs/bench_habeas" prepare "$place" 0
    echo "$stamp" >"$place/stamp"
fi
# Each side changes a copy of its own.
for side in habeas raw; do
    rm -rf "${place:?}/$side"
    mkdir "$place/$side"
    cp "$place"/base/store.db* "$place/$side"
done

lines=$place/lines.jsonl
: >"$lines"
# turn SIDE NAME ROUND: what former programs wrote is on the disk before the clock starts.
turn() {
    sync
    "$programs/bench_$1" "$2" "$place" "$3" >>"$lines"
}

round=0
while [ $round -lt "$rounds" ]; do
    echo "round $((round + 1)) of $rounds" >&2
    [ $((round % 2)) = 0 ] && sides="raw habeas" || sides="habeas raw"
    for name in calibrate import_csv decision filter_1m open_current access_bundle consent_grant consent_withdraw \
        truncate erase_one erase_batch_each segments campaign_steps queue_and_send; do
        case " $only " in "  " | *" $name "*) ;; *) continue ;; esac
        for side in $sides; do
            case $side/$name in habeas/calibrate | raw/erase_batch_each) continue ;; esac
            turn "$side" "$name" $round
        done
    done
    round=$((round + 1))
done
exec python3 -B tests/bench/report.py $check tests/bench/goals.json "$lines"

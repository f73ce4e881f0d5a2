#!/bin/sh
# Fuzzes each target (or those named) for some seconds, from tests/fuzz/corpus and what earlier runs found.
# usage: sh tests/fuzz/run.sh SECONDS [TARGET...]
#        sh tests/fuzz/run.sh --merge [TARGET...]   new inputs that reach new code go into tests/fuzz/corpus
# Findings stay in build/fuzz-findings/<target>/; the exit code is 1 if there was one.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:?how many seconds for each target, or --merge}
shift
if [ ! -f build/fuzz/build.ninja ]; then
    cmake --preset fuzz >/dev/null || exit 1
fi
[ $# -gt 0 ] || set -- $(ls tests/fuzz/*.cpp | sed 's|.*/||; s|\.cpp$||' | grep -vx replay)
# shellcheck disable=SC2046 # one word a target
cmake --build build/fuzz --target $(printf 'fuzz_%s ' "$@") || exit 1

export LLVM_PROFILE_FILE=/dev/null # coverage.sh is for that
passed=0
failed=0
one() { # TARGET: its line goes to the findings' folder, so that two at a time do not mix
    name=$1
    corpus=tests/fuzz/corpus/$name
    work=build/fuzz-corpus/$name
    findings=build/fuzz-findings/$name
    mkdir -p "$work"
    program=build/fuzz/tests/fuzz/fuzz_$name
    set -- -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$findings/" -max_len=4096
    [ -f "tests/fuzz/dict/$name.dict" ] && set -- "$@" -dict="tests/fuzz/dict/$name.dict"
    if [ "$seconds" = --merge ]; then
        # Edges only, not how often: a few dozen inputs for each target instead of hundreds.
        set -- "$@" -merge=1 -use_counters=0
        "$program" "$@" "$corpus" "$work" 2>"$findings/log"
    else
        "$program" "$@" -max_total_time="$seconds" -print_final_stats=1 "$work" "$corpus" 2>"$findings/log"
    fi
    if [ $? = 0 ]; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$findings/log")
        echo "$name: nothing found${runs:+ in $runs runs}, $(ls "$corpus" | wc -l) inputs kept"
    else
        echo "$name: A FINDING, see $findings"
        grep -v '^#' "$findings/log" | tail -n 40
    fi
}

jobs=$(nproc 2>/dev/null || echo 2)
while [ $# -gt 0 ]; do
    batch=""
    while [ $# -gt 0 ] && [ "$(echo "$batch" | wc -w)" -lt "$jobs" ]; do
        mkdir -p "build/fuzz-findings/$1"
        one "$1" >"build/fuzz-findings/$1/result" &
        batch="$batch $1"
        shift
    done
    wait
    for name in $batch; do
        cat "build/fuzz-findings/$name/result"
        if grep -q "^$name: nothing found" "build/fuzz-findings/$name/result"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

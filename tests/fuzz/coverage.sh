#!/bin/sh
# How much of the sources that a target covers (its line "// covers: FILE...") does its corpus reach?
# usage: sh tests/fuzz/coverage.sh [--at-least PERCENT] [--lines] [TARGET...]
#   --lines  also prints the lines that no input reached
set -u
cd "$(dirname "$0")/../.." || exit 1
least=0
lines=false
while [ $# -gt 0 ]; do
    case $1 in
    --at-least) least=$2; shift 2 ;;
    --lines) lines=true; shift ;;
    *) break ;;
    esac
done
if [ ! -f build/fuzz/build.ninja ]; then
    cmake --preset fuzz >/dev/null || exit 1
fi
[ $# -gt 0 ] || set -- $(grep -l '^// covers:' tests/fuzz/*.cpp | sed 's|.*/||; s|\.cpp$||')
# shellcheck disable=SC2046
cmake --build build/fuzz --target $(printf 'fuzz_%s ' "$@") >/dev/null || exit 1
mkdir -p build/fuzz-coverage

passed=0
failed=0
for name in "$@"; do
    sources=$(sed -n 's|^// covers: *||p' "tests/fuzz/$name.cpp")
    program=build/fuzz/tests/fuzz/fuzz_$name
    raw=build/fuzz-coverage/$name
    LLVM_PROFILE_FILE="$raw.raw" "$program" -runs=0 -artifact_prefix=build/fuzz-coverage/ "tests/fuzz/corpus/$name" >"$raw.log" 2>&1 || {
        tail -n 30 "$raw.log"
        failed=$((failed + 1))
        continue
    }
    llvm-profdata-14 merge -o "$raw.profile" "$raw.raw" || exit 1
    llvm-cov-14 export -summary-only -instr-profile "$raw.profile" "$program" >"$raw.json" || exit 1
    for source in $sources; do
        percent=$(python3 -c '
import json, sys
files = json.load(open(sys.argv[1]))["data"][0]["files"]
found = [f for f in files if f["filename"].endswith("/" + sys.argv[2])]
print(round(found[0]["summary"]["lines"]["percent"], 1) if found else "none")' "$raw.json" "$source")
        echo "$name: $percent % of the lines of $source"
        if [ "$percent" != none ] && awk "BEGIN { exit !($percent >= $least) }"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            lines=true
        fi
        if $lines; then
            llvm-cov-14 show -instr-profile "$raw.profile" "$program" |
                awk -v file="/$source:" '/^\// { ours = index($0, file) } ours && /^ *[0-9]+\| *0\|/'
        fi
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

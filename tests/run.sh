#!/bin/sh
# Builds habeas and runs its tests; ends with "N passed, M failed" and 0 only if none failed.
# usage: sh tests/run.sh [--quick|--full] [WORD...]
#   --quick  what a developer runs before each commit
#   (none)   what continuous integration runs
#   --full   also the slow ones: ThreadSanitizer, clang-tidy, long fuzzing, benchmarks
#   WORD     only the steps that have this word in their name (builds they need are done)
# The output of each step is kept in build/logs/; that of a failed one is shown.
set -u
cd "$(dirname "$0")/.." || exit 1

level=default
only=""
for argument in "$@"; do
    case $argument in
    --quick) level=quick ;;
    --full) level=full ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) only="$only $argument" ;;
    esac
done
logs=build/logs
mkdir -p "$logs"
passed=0
failed=0

# Runs from this level up? quick < default < full.
due() {
    case $1 in
    quick) true ;;
    default) [ $level != quick ] ;;
    full) [ $level = full ] ;;
    *) echo "run.sh: no level $1" >&2; exit 2 ;;
    esac
}

chosen() {
    [ -z "$only" ] && return 0
    for word in $only; do
        case $1 in *"$word"*) return 0 ;; esac
    done
    return 1
}

# "passed failed" of a log: the summary of ctest, else those of Catch2, else the last "N passed, M failed".
# A program that ran no tests has failed. A command that says nothing about tests is one test.
count() {
    awk -v status="$2" '
        /tests passed, [0-9]+ tests? failed out of [0-9]+/ {
            match($0, /[0-9]+ tests? failed/); f = substr($0, RSTART) + 0; n = $NF + 0; ctest = 1
            cf = f; cp = n - f }
        /^All tests passed \(/ { kf += 0; match($0, /in [0-9]+ test/); kp += substr($0, RSTART + 3) + 0; catch2 = 1 }
        /^test cases: / {
            catch2 = 1
            if (match($0, /[0-9]+ passed/)) kp += substr($0, RSTART) + 0
            if (match($0, /[0-9]+ failed/)) kf += substr($0, RSTART) + 0 }
        /^[0-9]+ passed, [0-9]+ failed/ { own = 1; op = $1 + 0; of = $3 + 0 }
        /^No tests (ran|were found)|^No test cases matched/ { none = 1 }
        END {
            if (ctest) { p = cp; f = cf } else if (catch2) { p = kp; f = kf } else if (own) { p = op; f = of }
            else if (status == 0) p = 1
            if (none && p + f == 0 || status != 0 && f == 0) f = 1
            print p + 0, f + 0
        }' "$1"
}

# step LEVEL NAME COMMAND...: one line of the table below.
step() {
    due "$1" && chosen "$2" || return 0
    run_step "$@"
}

run_step() {
    name=$2
    shift 2
    log=$logs/$(echo "$name" | tr ' /:' '___').log
    begin=$(date +%s)
    printf '%-28s ' "$name"
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    counts=$(count "$log" $status)
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    seconds=$(($(date +%s) - begin))
    if [ "${counts#* }" = 0 ]; then
        printf 'ok      %5s passed %5s s\n' "${counts% *}" $seconds
        return 0
    fi
    printf 'FAILED  %5s passed, %s failed, exit code %s, %s s\n' "${counts% *}" "${counts#* }" $status $seconds
    echo "---- the end of $log"
    tail -n 80 "$log"
    echo "----"
    return 1
}

# build LEVEL PRESET: what follows needs it, so a failed build ends the run.
build() {
    due "$1" || return 0
    run_step "$1" "build $2" build_preset "$2" || finish
}

build_preset() {
    if [ ! -f "build/$1/build.ninja" ]; then
        cmake --preset "$1" || return 1
    fi
    cmake --build "build/$1"
}

finish() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
    exit $?
}

jobs=$(nproc 2>/dev/null || echo 2)
in_ctest() { # PRESET CONFIGURATION ARGUMENTS...
    preset=$1 configuration=$2
    shift 2
    ctest --test-dir "build/$preset" -C "$configuration" -j "$jobs" --output-on-failure --no-tests=error "$@"
}

# Hundreds of thousands of runs of the same scenarios: by the optimised library.
all_fault_points() {
    cmake --preset release && cmake --build build/release --target fault_tests &&
        in_ctest release full -R '^store_faults_.*_full$'
}

# Each file by itself, as its author wrote it: the others may have lent it their headers.
tidy() {
    cmake --preset dev -B build/tidy -DHABEAS_UNITY=OFF && python3 cmake/tidy.py build/tidy
}

# The program's own tests begin thousands of processes over little code of their own: --full has them.
# Of them cli_help never: it does nothing but begin.
sanitized() {
    left=cli_
    [ $level = full ] && left=cli_help
    in_ctest asan $level -E "^$left"
}

# Real WordPress over each way from PHP to the library.
wordpress() {
    TRANSPORTS="process ffi extension" HABEAS_EXTENSION="$PWD/build/dev/tests/bindings/php/habeas.so" sh tests/wordpress/run.sh
}

sh cmake/install_packages.sh || exit 1

#     from     name                   command
build quick    dev
step  quick    "unit"                 build/dev/tests/unit_tests
step  quick    "checks and programs"  in_ctest dev $level -E '^unit$|^store_faults_.*_full$'
step  default  "wordpress"            wordpress
build default  asan
step  default  "asan ubsan"           sanitized
step  full     "faults: all points"   all_fault_points
step  full     "debian packages"      sh tests/packages/run.sh
step  full     "clang-tidy"           tidy
build full     tsan
step  full     "tsan"                 in_ctest tsan $level
build full     fuzz
step  full     "fuzz"                 sh tests/fuzz/run.sh "${HABEAS_FUZZ_SECONDS:-60}"
step  full     "fuzz: coverage"       sh tests/fuzz/coverage.sh --at-least 90
step  full     "python wheel"         python3 -B tests/bindings/python/run.py build/python --wheel
step  full     "bench --small"        sh tests/bench/run.sh --small
finish

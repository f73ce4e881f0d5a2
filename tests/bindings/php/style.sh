#!/bin/sh
# What is said of the PHP package against its sources: PSR-12, syntax, Composer, generated headers, versions, the
# example of the README and what it prints.
# usage: style.sh HABEAS_BUILD FOLDER
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
build=$(cd "$1" && pwd)
package=$root/bindings/php
for program in php phpcs composer; do
    command -v $program >/dev/null || { echo "$program is missing: skipped"; exit 77; }
done
failed=0
passed=0
check() { # NAME COMMAND...
    name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
}

syntax() {
    find "$package" "$root/examples/php" "$root/tests/bindings/php" -name '*.php' -print0 |
        xargs -0 -n1 php -l >"$2/syntax.log" 2>&1 || { grep -v '^No syntax' "$2/syntax.log"; false; }
}
strict() { # each file declares strict types, but stubs, which are declarations alone
    ! grep -L 'declare(strict_types=1);' $(find "$package" "$root/examples/php" -name '*.php' ! -name '*.stub.php') | grep .
}
headers() {
    mkdir -p "$1/headers" && sh "$package/resources/make.sh" "$1/headers" &&
        diff "$package/resources/habeas_ffi.h" "$1/headers/habeas_ffi.h" &&
        diff "$package/resources/habeas_preload.h" "$1/headers/habeas_preload.h"
}
arginfo() { # the hash that gen_stub.php wrote is that of the stub
    grep -q "Stub hash: $(sha1sum <"$package/ext/habeas.stub.php" | cut -d' ' -f1)" "$package/ext/habeas_arginfo.h"
}
version() {
    said=$("$build/habeas" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
    grep -q "PHP_HABEAS_VERSION \"$said\"" "$package/ext/habeas.c"
}
example() { # the code and the output of the README are those of examples/php/first.php
    php -r '$text = file_get_contents($argv[1]);
        preg_match("/```php\n(<\?php\n.*?)```\n+It prints:\n+```\n(.*?)```/s", $text, $found) || exit(1);
        echo $found[1 + (int) $argv[2]];' "$package/README.md" 0 >"$1/first.php" &&
        diff "$1/first.php" "$root/examples/php/first.php" &&
        php -r '$text = file_get_contents($argv[1]);
        preg_match("/```php\n(<\?php\n.*?)```\n+It prints:\n+```\n(.*?)```/s", $text, $found) || exit(1);
        echo $found[2];' "$package/README.md" >"$1/first.wanted" &&
        (cd "$root" && HABEAS_PROGRAM=$build/habeas php examples/php/first.php) >"$1/first.out" &&
        diff "$1/first.wanted" "$1/first.out"
}
calls() { # capi/CALLS.md lists the methods there are
    printf '{"id":1,"method":"methods"}\n' | "$build/habeas" serve --stdio | tail -n 1 |
        python3 "$root/capi/list_calls.py" "$root/capi/CALLS.md" --check
}

check "PSR-12" phpcs --standard=PSR12 --extensions=php --ignore='*.stub.php' -q "$package/src" "$package/autoload.php" \
    "$package/preload" "$root/examples/php" "$root/tests/bindings/php"
check "syntax" syntax "$build" "$2"
check "strict types" strict
check "composer validate --strict" composer validate --strict --no-check-publish --no-interaction --working-dir="$package"
check "the headers for FFI are those of habeas.h" headers "$2"
check "the arginfo is that of the stub" arginfo
check "versions agree" version
check "the example of the README" example "$2"
check "the list of calls" calls
echo "$passed passed, $failed failed"
[ $failed = 0 ]

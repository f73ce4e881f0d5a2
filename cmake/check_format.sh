#!/bin/sh
# Is every C and C++ file as clang-format 14 writes it?
# usage: check_format.sh [--fix]
cd "$(dirname "$0")/.." || exit 1
if [ "${1:-}" = --fix ]; then mode=-i; else mode=--dry-run; fi
find src include capi tests examples \( -name '*.[ch]' -o -name '*.[ch]pp' \) -print0 |
    xargs -0 -n 20 -P "$(nproc)" clang-format-14 $mode -Werror || {
    echo "sh cmake/check_format.sh --fix" >&2
    exit 1
}

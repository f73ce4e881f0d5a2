#!/bin/sh
# usage: tidy.sh BUILD [FILE...]: clang-tidy 14 over our sources, or the given ones, with BUILD's compile commands.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
[ $# -gt 0 ] || set -- $(git ls-files 'src/*.cpp' 'capi/*.cpp')
printf '%s\n' "$@" | xargs -n 4 -P "$(nproc)" clang-tidy-14 --quiet -p "$build"

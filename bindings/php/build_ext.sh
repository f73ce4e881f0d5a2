#!/bin/sh
# Builds the PHP extension against a build of habeas, in a folder of its own, and says where it is.
# usage: build_ext.sh HABEAS_BUILD FOLDER [ARGUMENT_OF_CONFIGURE...]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
command -v phpize >/dev/null || { echo "phpize is missing: install php-dev"; exit 77; }
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
rm -rf "$folder/ext" "$folder/prefix"
cp -r "$root/bindings/php/ext" "$folder/ext"
mkdir -p "$folder/prefix/include" "$folder/prefix/lib"
ln -s "$root/capi/habeas.h" "$folder/prefix/include/"
for library in "$build"/libhabeas.so*; do ln -s "$library" "$folder/prefix/lib/"; done
cd "$folder/ext"
phpize
./configure --with-habeas="$folder/prefix" "$@"
make CFLAGS="-O2 -g -Wall -Wextra -Wno-unused-parameter -Werror"
mv modules/habeas.so "$folder/habeas.so"
LD_LIBRARY_PATH="$folder/prefix/lib" php -n -d "extension=$folder/habeas.so" -r 'echo Habeas\Native\version(), "\n";'

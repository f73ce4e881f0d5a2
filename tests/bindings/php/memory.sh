#!/bin/sh
# The handles of the extension and FFI under valgrind: no wrong access, and nothing of ours is lost.
# usage: memory.sh HABEAS_BUILD FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
folder=$(cd "$2" && pwd)
command -v valgrind >/dev/null || { echo "valgrind is missing: skipped"; exit 77; }
export USE_ZEND_ALLOC=0 ZEND_DONT_UNLOAD_MODULES=1 HABEAS_LIBRARY="$build/libhabeas.so.0"
for transport in extension ffi; do
    valgrind --quiet --error-exitcode=9 --leak-check=no --log-file="$folder/valgrind.$transport" \
        php -n -d extension=ffi -d ffi.enable=1 -d pcre.jit=0 -d "extension=$folder/habeas.so" "$here/handles.php" $transport ||
        { cat "$folder/valgrind.$transport"; exit 1; }
done

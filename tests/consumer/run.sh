#!/bin/sh
# Uses habeas as its users do, from an installed copy and as a subdirectory.
# usage: run.sh BUILD: the build to install; all else happens in BUILD/consumer
set -u
cd "$(dirname "$0")/../.." || exit 1
source=$PWD
build=$(cd "${1:?the build directory}" && pwd) || exit 1
scratch=$build/consumer
prefix=$scratch/prefix
rm -rf "$scratch"
mkdir -p "$scratch"
log=$scratch/log
. tests/try.sh
not() { ! "$@"; }

configure() { # NAME MORE...: tests/consumer/NAME into $scratch/NAME
    project=$1
    shift
    cmake -S "tests/consumer/$project" -B "$scratch/$project" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_PREFIX_PATH="$prefix" "$@"
}
build_example() { # LANGUAGE: examples/LANGUAGE into $scratch/example_LANGUAGE
    cmake -S "examples/$1" -B "$scratch/example_$1" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" &&
        cmake --build "$scratch/example_$1"
}
made() { configure "$@" && cmake --build "$scratch/$1"; }

try "install" cmake --install "$build" --prefix "$prefix"
try "find_package(habeas COMPONENTS core)" made core
try "a C++ program on habeas::core" "$scratch/core/consumer"

try "examples/cpp builds" build_example cpp
try "examples/cpp: from the contacts to an erasure" "$scratch/example_cpp/example" examples/data "$scratch/example_cpp/store"

try "find_package(habeas)" made c
try "a C program on habeas::habeas" "$scratch/c/consumer"
pkgconfig=$(dirname "$(find "$prefix" -name habeas.pc)")
libraries=$(dirname "$pkgconfig")
with_pkg_config() {
    flags=$(PKG_CONFIG_PATH=$pkgconfig pkg-config --cflags --libs habeas) || return 1
    # shellcheck disable=SC2086
    cc -std=c99 -Wall -Werror tests/consumer/c/main.c -o "$scratch/plain" $flags -Wl,-rpath,"$libraries"
}
try "pkg-config" with_pkg_config
try "a C program by pkg-config" "$scratch/plain"
cp -r examples/c "$scratch/example_c"
try "examples/c builds" env PKG_CONFIG_PATH="$pkgconfig" make -C "$scratch/example_c" LDFLAGS="-Wl,-rpath,$libraries"
try "examples/c: from the contacts to an erasure" "$scratch/example_c/shop" "$scratch/example_c/store" examples/data
try "schemas and the header for FFI are installed" test -f "$prefix/share/habeas/schemas/definitions.schema.json" \
    -a -f "$prefix/share/habeas/schemas/access.schema.json" -a -f "$prefix/share/habeas/habeas_ffi.h"

try "another minor version is refused" not configure core --fresh -DWANTED=0.2
try "an older patch of the same is not" configure core --fresh -DWANTED=0.1.0

# With the compiler launcher of a top-level build the compiled files come out of its cache.
export CCACHE_BASEDIR="$source" CCACHE_NOHASHDIR=1
launcher=$(command -v ccache || true)
try "add_subdirectory" made subdirectory -DHABEAS_SOURCE="$source" -DHABEAS_WERROR=ON -DHABEAS_INSTALL=ON \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DCMAKE_INSTALL_LIBDIR="$scratch/elsewhere/lib"
try "a C++ program beside it" "$scratch/subdirectory/consumer_core"
try "a C program beside it" "$scratch/subdirectory/consumer_c"

finish

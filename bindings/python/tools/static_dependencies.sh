#!/bin/sh
# usage: static_dependencies.sh PREFIX
# What a wheel links and Debian has no fitting archive of, as static libraries into PREFIX: libzip, libunistring
# and date-tz (only shared ones there), RE2 and libxml2 (not position-independent; libxml2 would bring ICU, 30 MB).
# The sources are Debian's own, with its security updates, by apt-get. Nothing is installed. A second call is quick.
set -eu
prefix=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
stamp=$(cksum <"$here/static_dependencies.sh")
[ "$(cat "$prefix/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
work=$prefix/work
apt=$work/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$prefix/lib" "$prefix/include"
cat >"$apt/sources.list" <<END
deb-src http://deb.debian.org/debian bookworm main
deb-src http://deb.debian.org/debian bookworm-updates main
deb-src http://deb.debian.org/debian-security bookworm-security main
END
private_apt() {
    apt-get -q -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt" "$@"
}
cd "$work"
private_apt update
private_apt source --download-only libzip libunistring howardhinnant-date libxml2 re2

# unpack NAME: its source with Debian's patches, in ./NAME
unpack() {
    rm -rf "${work:?}/$1"
    dpkg-source --skip-debianization -x "$1"_*.dsc "$1" >/dev/null 2>&1 || dpkg-source -x "$1"_*.dsc "$1"
    if [ -f "$1/debian/patches/series" ]; then
        (cd "$1" && QUILT_PATCHES=debian/patches sh -c 'for p in $(grep -v "^#" debian/patches/series | cut -d" " -f1); do
            patch -s -p1 -N --dry-run <"debian/patches/$p" >/dev/null && patch -s -p1 -N <"debian/patches/$p"; done; true')
    fi
}
flags="-O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections"
jobs=${HABEAS_JOBS:-1}

unpack howardhinnant-date
g++ -std=c++20 $flags -DUSE_OS_TZDB=1 -DONLY_C_LOCALE=0 -DHAS_REMOTE_API=0 -Ihowardhinnant-date/include \
    -c howardhinnant-date/src/tz.cpp -o tz.o
ar rcs "$prefix/lib/libdate-tz.a" tz.o

unpack re2
(cd re2 && for file in re2/*.cc util/rune.cc util/strutil.cc; do
    g++ -std=c++17 $flags -DNDEBUG -I. -c "$file" -o "$(basename "$file" .cc).o"
done &&
    # tables that Debian generates: its archive has them, and data is position-independent enough
    ar x /usr/lib/x86_64-linux-gnu/libre2.a perl_groups.o unicode_groups.o unicode_casefold.o &&
    ar rcs "$prefix/lib/libre2.a" ./*.o)

# Versioned names in an archive do not link into a library that has versions of its own.
objcopy --wildcard --strip-symbol='*@IDN2_0.0.0' /usr/lib/x86_64-linux-gnu/libidn2.a "$prefix/lib/libidn2.a"

unpack libunistring
(cd libunistring && ./configure -q --disable-shared --enable-static --with-pic --prefix="$prefix" CFLAGS="$flags" &&
    make -s -j"$jobs" -C lib >/dev/null && cp lib/.libs/libunistring.a "$prefix/lib/")

unpack libxml2
(cd libxml2 && { [ -x configure ] || NOCONFIGURE=1 sh autogen.sh >/dev/null 2>&1; } &&
    ./configure -q --disable-shared --enable-static --with-pic --prefix="$prefix" --without-python --without-icu \
        --without-lzma --without-zlib --without-http --without-ftp --without-iconv --without-threads --without-debug \
        CFLAGS="$flags" &&
    make -s -j"$jobs" libxml2.la >/dev/null && cp .libs/libxml2.a "$prefix/lib/" &&
    mkdir -p "$prefix/include/libxml2/libxml" && cp include/libxml/*.h "$prefix/include/libxml2/libxml/")

unpack libzip
cmake -S libzip -B libzip/build -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_C_FLAGS="$flags" -DENABLE_BZIP2=OFF -DENABLE_LZMA=OFF -DENABLE_ZSTD=OFF \
    -DENABLE_GNUTLS=OFF -DENABLE_MBEDTLS=OFF -DENABLE_OPENSSL=ON -DBUILD_TOOLS=OFF -DBUILD_REGRESS=OFF \
    -DBUILD_EXAMPLES=OFF -DBUILD_DOC=OFF -Wno-dev >/dev/null
cmake --build libzip/build -j"$jobs" >/dev/null
cmake --install libzip/build >/dev/null

# Found by pkg-config before the system's.
mkdir -p "$prefix/lib/pkgconfig"
description() { # NAME LIBRARY VERSION INCLUDE
    printf 'Name: %s\nDescription: static\nVersion: %s\nLibs: -L%s -l%s\nCflags: -I%s\n' "$1" "$3" "$prefix/lib" "$2" "$4" \
        >"$prefix/lib/pkgconfig/$1.pc"
}
description libxml-2.0 xml2 2.9.14 "$prefix/include/libxml2"
description libidn2 idn2 2.3.3 /usr/include
description re2 re2 0.0.0 /usr/include # the headers are those of the same version

cd "$prefix"
rm -rf "$work"
echo "$stamp" >stamp
ls -l "$prefix/lib"

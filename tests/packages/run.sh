#!/bin/sh
# Builds the Debian packages, installs them in a clean root of Debian 12 and uses them there. As root.
# usage: run.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
build=build/package
root=$PWD/$build/root
log=$build/log
. tests/try.sh
trap 'rm -rf "$root"' EXIT
inside() { chroot "$root" env HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c "$1"; }

mkdir -p "$build"
make_packages() {
    { [ -f $build/build.ninja ] || cmake --preset package; } && rm -rf $build/packages && cmake --build $build --target package
}
clean_root() {
    rm -rf "$root"
    sources=$(ls /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null)
    # shellcheck disable=SC2086 # one word a file
    mmdebstrap --variant=apt --skip=cleanup/apt bookworm "$root" $sources
}
try "the packages are built" make_packages
[ $failed = 0 ] || finish
try "a clean root of Debian 12" clean_root
[ $failed = 0 ] || finish
cp $build/packages/*.deb "$root/tmp/"
mkdir "$root/work"
cp -r examples "$root/work/"

install='DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends'
try "the library and the program come with what they need" inside "$install /tmp/libhabeas0_*.deb /tmp/habeas_*.deb"
try "the loader finds the library" inside "ldconfig -p | grep -q 'libhabeas.so.0 '"
try "habeas is there" inside "habeas --version"
try "the quickstart, by the installed program" inside "$install python3 && cd /work && HABEAS=/usr/bin/habeas QUICKSTART=/work/quickstart sh examples/quickstart.sh"
try "headers and libraries to link with" inside "$install /tmp/libhabeas-dev_*.deb gcc libc6-dev make pkg-config"
try "examples/c is built by pkg-config" inside "make -C /work/examples/c"
try "examples/c: from the contacts to an erasure" inside "cd /work && examples/c/shop /work/shop.habeas examples/data"
try "for Python" inside "$install /tmp/python3-habeas_*.deb"
try "Python finds it" inside "cd / && python3 -c 'import habeas
with habeas.Store.in_memory() as store: print(store.subjects.count())' | grep -qx 0"
try "for PHP" inside "$install php-cli && $install /tmp/php-habeas_*.deb"
try "PHP finds it, by the extension" inside "cd / && php -r 'require \"habeas/autoload.php\";
\$store = Habeas\\Store::inMemory(); echo \$store->transport()->value, \$store->subjects->count();' | grep -qx extension0"
try "all goes when it is removed" inside "apt-get purge -q -y habeas libhabeas0 libhabeas-dev python3-habeas php-habeas && ! find /usr -name '*habeas*' | grep ."
finish

#!/bin/sh
# usage: install_packages.sh [SECTION...]
# Installs what is missing of packages-debian.txt with apt-get; silent when all is there.
# A section is what stands in its comment line ("# build"); without one, all of them.
set -eu
list="$(dirname "$0")/packages-debian.txt"
wanted=$(awk -v sections=" $* " '
    /^#/ { here = index(sections, " " $2 " ") > 0; next }
    NF && (sections ~ /^ *$/ || here) { print $1 }' "$list")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "packages: this is not Debian; what is needed stands in cmake/packages-debian.txt" >&2
    exit 0
fi
# Another package may stand for one: nodejs of its makers brings npm, and Debian's npm conflicts with it.
provided=$(dpkg-query -W -f '${db:Status-Status}, ${Provides}\n' | sed -n 's/^installed//p' | tr '\n' ',')
missing=""
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] && continue
    case "$provided," in
        *", $package,"*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null; then
    sudo="sudo"
else
    echo "packages: missing:$missing" >&2
    echo "packages: neither root nor sudo here; as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "packages: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q
# shellcheck disable=SC2086 # one word a package
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing

#!/bin/sh
# usage: install.sh FOLDER: axe-core and puppeteer in FOLDER/axe, as package-lock.json has them, with our scripts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/axe"
cp "$here/package.json" "$here/package-lock.json" "$here"/*.mjs "$1/axe"
cmp -s "$1/axe/package-lock.json" "$1/axe/node_modules/installed-lock.json" || {
    (cd "$1/axe" && npm ci --ignore-scripts --no-audit --no-fund)
    cp "$1/axe/package-lock.json" "$1/axe/node_modules/installed-lock.json"
}

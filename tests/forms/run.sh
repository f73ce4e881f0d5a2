#!/bin/sh
# usage: run.sh FORM_PAGES FOLDER
# Renders forms into FOLDER/pages, opens them in Chromium at 360 and 1280 pixels, holds them against
# axe-core and leaves screenshots beside them. What it needs from npm is in axe/package-lock.json.
set -eu
pages=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder/pages" "$folder/axe"
cp "$here/axe/package.json" "$here/axe/package-lock.json" "$here/axe/check.mjs" "$folder/axe"
cmp -s "$folder/axe/package-lock.json" "$folder/axe/node_modules/installed-lock.json" || {
    (cd "$folder/axe" && npm ci --ignore-scripts --no-audit --no-fund)
    cp "$folder/axe/package-lock.json" "$folder/axe/node_modules/installed-lock.json"
}
"$pages" "$folder/pages"
cp "$here/host.css" "$folder/pages"
exec node "$folder/axe/check.mjs" "$folder/pages"

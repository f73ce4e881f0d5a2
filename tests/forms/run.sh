#!/bin/sh
# usage: run.sh FORM_PAGES FOLDER
# Renders forms into FOLDER/pages, opens them in Chromium at 360 and 1280 pixels, holds them against
# axe-core and leaves screenshots beside them. What it needs from npm is in axe/package-lock.json.
set -eu
pages=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder/pages"
sh "$here/axe/install.sh" "$folder"
"$pages" "$folder/pages"
cp "$here/host.css" "$folder/pages"
exec node "$folder/axe/check.mjs" "$folder/pages"

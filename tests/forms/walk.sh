#!/bin/sh
# usage: walk.sh HABEAS SERVER FOLDER
# A browser signs up, confirms, chooses, pauses, unsubscribes and asks to be forgotten, on the pages that
# SERVER (examples/server) serves. Screenshots are left in FOLDER/walk.
set -eu
habeas=$1 server=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/axe/install.sh" "$folder"
rm -rf "$folder/walk"
mkdir -p "$folder/walk"
exec node "$folder/axe/walk.mjs" "$habeas" "$server" "$here/../../examples/flows/g-double-opt-in" "$folder/walk"

#!/bin/sh
# usage: build.sh [FOLDER]: the plugin as it is installed, with the PHP package in vendor/habeas, in FOLDER/habeas
# (build/wordpress unless said).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=${HABEAS_PHP_PATH:-$here/../../../bindings/php}
to=${1:-$here/../../../build/wordpress}/habeas
rm -rf "$to" && mkdir -p "$to/vendor/habeas"
for each in habeas.php uninstall.php includes blocks languages README.md; do
    if [ -e "$here/$each" ]; then cp -r "$here/$each" "$to/"; fi
done
cp -r "$package/autoload.php" "$package/src" "$to/vendor/habeas/"
if [ -d "$package/resources" ]; then cp -r "$package/resources" "$to/vendor/habeas/"; fi
for each in "$to"/languages/*.po; do
    ! command -v msgfmt >/dev/null || msgfmt -o "${each%.po}.mo" "$each"
done
echo "$to"

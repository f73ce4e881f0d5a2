#!/bin/sh
# The plugin is deleted: the store stays, unless DELETE was written. Runs last, on the site of up.sh.
. "$(dirname "$0")/env.sh"
passed=0 failed=0
say() { if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi; }
as_web php ${PHP_FLAGS:-} "${TOOLS:-$here}/help.php" uninstall >/dev/null 2>&1
say "uninstall runs" $?
[ -s "$W/data/site.habeas" ] && [ -s "$W/key/site.key" ]
say "the store stays" $?
as_web php ${PHP_FLAGS:-} "${TOOLS:-$here}/help.php" removal DELETE >/dev/null 2>&1
as_web php ${PHP_FLAGS:-} "${TOOLS:-$here}/help.php" uninstall >/dev/null 2>&1
[ -z "$(ls -A "$W/data" "$W/key" | grep -v -e : -e "^$")" ]
say "with DELETE nothing stays: $(ls -A "$W/data" "$W/key" | grep -v -e : -e "^$")" $?
[ -z "$(mariadb --no-defaults -N -uroot -S "$DB_SOCK" wp -e "SELECT option_name FROM wp_options WHERE option_name LIKE 'habeas%'")" ]
say "nor an option" $?
echo "$passed passed, $failed failed"

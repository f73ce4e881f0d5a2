#!/bin/sh
# Runs the tests of the PHP package over one transport.
# usage: run.sh process|ffi|extension HABEAS_BUILD FOLDER [PHPUNIT OPTION...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
transport=$1
build=$(cd "$2" && pwd)
folder=$(cd "$3" && pwd)
shift 3
command -v phpunit >/dev/null || { echo "phpunit is missing: skipped"; exit 77; }
unset HABEAS_KEY
export HABEAS_TRANSPORT="$transport" HABEAS_PROGRAM="$build/habeas" HABEAS_LIBRARY="$build/libhabeas.so.0"
set -- "$(command -v phpunit)" --no-configuration --bootstrap "$here/bootstrap.php" --do-not-cache-result \
    --fail-on-warning --fail-on-risky "$@" "$here/tests"
export HABEAS_PHP_OPTIONS="-d zend.assertions=1 -d error_reporting=-1 -d display_errors=1"
[ "$transport" != extension ] || export HABEAS_PHP_OPTIONS="$HABEAS_PHP_OPTIONS -d extension=$folder/habeas.so"
# shellcheck disable=SC2086
exec php $HABEAS_PHP_OPTIONS "$@"

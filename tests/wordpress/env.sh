# Sourced: where everything is; override any of them from outside.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
W=${W:-/tmp/habeas-wordpress} # readable for www-data, which a checkout often is not
PORT=${PORT:-8443}
FPM=$W/fpm.sock
DB_SOCK=$W/db.sock
WP_URL=https://127.0.0.1:$PORT
HABEAS_PHP_PATH=${HABEAS_PHP_PATH:-$root/bindings/php}
HABEAS_PROGRAM=${HABEAS_PROGRAM:-$root/build/dev/habeas}
HABEAS_LIBRARY=${HABEAS_LIBRARY:-$root/build/dev/libhabeas.so.0}
export W PORT DB_SOCK WP_URL HABEAS_PHP_PATH HABEAS_PROGRAM HABEAS_LIBRARY
as_web() { runuser -u www-data -- env -u HABEAS_PHP_PATH W="$W" DB_SOCK="$DB_SOCK" WP_URL="$WP_URL" HABEAS_PROGRAM="$HABEAS_PROGRAM" HABEAS_LIBRARY="$HABEAS_LIBRARY" "$@"; }
wait_for() { n=0; until [ -S "$1" ]; do n=$((n + 1)); [ $n -lt 300 ] || { echo "$1 never came" >&2; return 1; }; sleep 0.1; done; }

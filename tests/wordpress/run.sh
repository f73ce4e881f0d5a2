#!/bin/sh
# WordPress with the plugin from nothing: MariaDB, php-fpm as www-data, nginx with TLS, Chromium. Needs root (for www-data) and
# the packages of the section "wordpress" in cmake/packages-debian.txt. Ends with "N passed, N failed".
# usage: run.sh ; W: folder of the site, SHOTS: of the screenshots, TRANSPORTS: "process ffi extension" (HABEAS_EXTENSION: path
# of habeas.so); SIZES: of the contract
set -u
. "$(dirname "$0")/env.sh"
TRANSPORTS=${TRANSPORTS:-process}
SHOTS=${SHOTS:-$root/build/wordpress-shots}
export SHOTS
missing=""
for each in mariadbd php-fpm8.2 nginx openssl node; do command -v "$each" >/dev/null || missing="$missing $each"; done
[ -d /usr/share/wordpress ] || missing="$missing wordpress"
[ -z "$missing" ] || { echo "missing:$missing; sh cmake/install_packages.sh wordpress" >&2; exit 1; }
[ -x "$HABEAS_PROGRAM" ] || { echo "no program at $HABEAS_PROGRAM: build habeas_cli, or set HABEAS_PROGRAM" >&2; exit 1; }
# www-data may not be able to look into the checkout: what it runs is copied.
TOOLS=$(mktemp -d /tmp/habeas-wordpress-tools.XXXXXX)
chmod 755 "$TOOLS"
cp "$here/install.php" "$here/help.php" "$HABEAS_PROGRAM" "$TOOLS"
[ ! -f "$HABEAS_LIBRARY" ] || cp -L "$HABEAS_LIBRARY" "$TOOLS/libhabeas.so.0"
[ ! -f "${HABEAS_EXTENSION:-}" ] || { cp "$HABEAS_EXTENSION" "$TOOLS/habeas.so"; HABEAS_EXTENSION=$TOOLS/habeas.so; }
HABEAS_PROGRAM=$TOOLS/$(basename "$HABEAS_PROGRAM") HABEAS_LIBRARY=$TOOLS/libhabeas.so.0
export TOOLS HABEAS_PROGRAM HABEAS_LIBRARY LD_LIBRARY_PATH="$TOOLS"
HABEAS_AXE=${HABEAS_AXE:-}
if [ -z "$HABEAS_AXE" ]; then
    mkdir -p "$root/build/wordpress-node"
    sh "$root/tests/forms/axe/install.sh" "$root/build/wordpress-node" >/dev/null || exit 1
    HABEAS_AXE=$root/build/wordpress-node/axe
fi
export HABEAS_AXE
passed=0 failed=0
step() { # NAME COMMAND...
    name=$1; shift
    began=$(date +%s)
    "$@" >"$W/step.log" 2>&1
    sed -n '/^FAILED/p' "$W/step.log"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$W/step.log" | tail -n 1)
    if [ -z "$line" ]; then
        tail -n 20 "$W/step.log"
        line="0 passed, 1 failed"
    fi
    passed=$((passed + ${line%% passed*})); rest=${line#*, }; failed=$((failed + ${rest%% failed*}))
    echo "$name: $line, $(($(date +%s) - began)) s"
}
trap 'sh "$here/down.sh"; rm -rf "$TOOLS"' EXIT
[ ! -f "$W/fpm.pid" ] || sh "$here/down.sh"
case $W in /tmp/*) rm -rf "$W" ;; *) [ ! -e "$W" ] || { echo "$W is there already" >&2; exit 1; } ;; esac
short=
for TRANSPORT in $TRANSPORTS; do
    export TRANSPORT
    FPM_FLAGS= POOL_EXTRA= PHP_FLAGS=
    case $TRANSPORT in
    ffi) POOL_EXTRA="php_admin_value[ffi.enable] = 1" ;;
    extension) FPM_FLAGS="-d extension=$HABEAS_EXTENSION" PHP_FLAGS="-d extension=$HABEAS_EXTENSION" ;;
    esac
    export FPM_FLAGS POOL_EXTRA PHP_FLAGS
    [ -z "$short" ] || { sh "$here/down.sh"; rm -rf "$W"; }
    mkdir -p "$W"
    began=$(date +%s)
    sh "$here/up.sh" >"$W/up.log" 2>&1 || { cat "$W/up.log"; failed=$((failed + 1)); break; }
    echo "site up, $(($(date +%s) - began)) s"
    step "flow ($TRANSPORT)" node "$here/flow.mjs" $short
    [ -n "$short" ] || step "contract ($TRANSPORT)" python3 "$here/contract.py"
    [ -n "$short" ] || step "uninstall ($TRANSPORT)" sh "$here/uninstall.sh"
    short=--short
    noise=$(grep -v -e Deprecated -e '^ ' "$W/wp-debug.log" | grep -c -e 'Warning' -e 'Notice' -e 'Fatal' -e 'habeas: ')
    if [ "$noise" = 0 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1)); echo "FAILED: WordPress logged:"; grep -v -e Deprecated "$W/wp-debug.log" | head -n 5
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

#!/bin/sh
# Ends what up.sh started, by their own process ids.
. "$(dirname "$0")/env.sh"
for each in nginx fpm db; do
    [ -f "$W/$each.pid" ] || continue
    pid=$(cat "$W/$each.pid")
    kill "$pid" 2>/dev/null || true
    n=0; while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do n=$((n + 1)); sleep 0.1; done
    rm -f "$W/$each.pid"
done

#!/bin/sh
# usage: scan.sh EMAIL: where database, store and uploads still hold the person; nothing: nowhere.
# The mails that were caught lie elsewhere: they are the person's own post.
. "$(dirname "$0")/env.sh"
mariadb-dump --no-defaults -uroot -S "$DB_SOCK" --skip-extended-insert wp >"$W/dump.sql"
for word in "$1" "$(echo "$1" | sed 's/@/%40/')" Quitterbach "Elsterweg 7" 203.0.113.77 reader7; do
    for place in "$W/dump.sql" "$W/data" "$W/site/wp-content/uploads" "$W/wp-debug.log"; do
        count=$(grep -raic -e "$word" "$place" | awk -F: '{n += $NF} END {print n}')
        [ "$count" = 0 ] || echo "$word: $count in $place"
    done
done
rm -f "$W/dump.sql"

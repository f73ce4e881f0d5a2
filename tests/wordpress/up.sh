#!/bin/sh
# Database, WordPress with the plugin, php-fpm as www-data and nginx with TLS, all in $W; ended by down.sh.
set -eu
. "$(dirname "$0")/env.sh"
mkdir -p "$W" && chmod 755 "$W"
for each in data key mail; do install -d -o www-data -g www-data -m 0700 "$W/$each"; done
mkdir -p "$W/db"
mariadb-install-db --no-defaults --user=root --datadir="$W/db" --auth-root-authentication-method=normal --skip-test-db >"$W/db-install.log" 2>&1
mariadbd --no-defaults --user=root --datadir="$W/db" --socket="$DB_SOCK" --pid-file="$W/db.pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=16M --innodb-buffer-pool-size=64M --skip-log-bin >"$W/db.log" 2>&1 &
wait_for "$DB_SOCK"
mariadb --no-defaults -uroot -S "$DB_SOCK" -e "CREATE DATABASE wp CHARACTER SET utf8mb4; CREATE USER wp@localhost IDENTIFIED BY 'wp'; GRANT ALL ON wp.* TO wp@localhost"

cp -rL /usr/share/wordpress "$W/site"
cp "$here/wp-config.php" "$W/site/wp-config.php"
rm -f "$W/site/.htaccess"
mkdir -p "$W/site/wp-content/mu-plugins" "$W/site/wp-content/uploads" "$W/site/wp-content/plugins"
cp "$here"/mu-plugins/*.php "$W/site/wp-content/mu-plugins/"
sh "$root/examples/wordpress/habeas/build.sh" "$W/site/wp-content/plugins" >/dev/null
chown -R www-data: "$W/site/wp-content/uploads"
touch "$W/wp-debug.log" && chown www-data: "$W/wp-debug.log"
as_web php "${TOOLS:-$here}/install.php" "$W/site" install >"$W/install.log" 2>&1
as_web php "${TOOLS:-$here}/install.php" "$W/site" activate

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout "$W/tls.key" -out "$W/tls.crt" 2>/dev/null
cat >"$W/fpm.conf" <<C
[global]
error_log = $W/fpm.log
daemonize = no
[wp]
user = www-data
group = www-data
listen = $FPM
listen.owner = www-data
pm = static
pm.max_children = 3
env[W] = $W
env[DB_SOCK] = $DB_SOCK
env[WP_URL] = $WP_URL
env[HABEAS_PROGRAM] = $HABEAS_PROGRAM
env[HABEAS_LIBRARY] = $HABEAS_LIBRARY
catch_workers_output = yes
${POOL_EXTRA:-}
C
cat >"$W/nginx.conf" <<C
pid $W/nginx.pid; error_log $W/nginx-error.log; worker_processes 1; daemon off; user www-data;
events { worker_connections 128; }
http {
  include /etc/nginx/mime.types; access_log off;
  client_body_temp_path $W/ng-b; fastcgi_temp_path $W/ng-f; proxy_temp_path $W/ng-p; uwsgi_temp_path $W/ng-u; scgi_temp_path $W/ng-s;
  server {
    listen 127.0.0.1:$PORT ssl; server_name 127.0.0.1; root $W/site; index index.php;
    ssl_certificate $W/tls.crt; ssl_certificate_key $W/tls.key;
    location / { try_files \$uri \$uri/ /index.php?\$args; }
    location ~ \.php\$ { try_files \$uri =404; include /etc/nginx/fastcgi.conf; fastcgi_pass unix:$FPM; fastcgi_read_timeout 120; }
  }
}
C
php-fpm8.2 ${FPM_FLAGS:-} -y "$W/fpm.conf" >"$W/fpm.out" 2>&1 &
echo $! >"$W/fpm.pid"
wait_for "$FPM"
nginx -c "$W/nginx.conf" >"$W/nginx.out" 2>&1 &
n=0; until [ -s "$W/nginx.pid" ]; do n=$((n + 1)); [ $n -lt 100 ] || { cat "$W/nginx-error.log" >&2; exit 1; }; sleep 0.1; done

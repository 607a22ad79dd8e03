#!/bin/bash
# A private DAViCal on loopback for tests: CardDAV in PHP on PostgreSQL, inside
# an Apache. User alice with password alice. Its database is in the PostgreSQL
# of DIR/../postgres, which is started where it is not up.
#   lab/davical.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…, the home of her books
#   lab/davical.sh DIR stop     ends it, not PostgreSQL; the data stays
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$LAB/apache.sh"
DIR=$(workdir "${1:?usage: davical.sh DIR [PORT|stop]}")
if [ "${2:-}" = stop ]; then halt "$DIR" TERM; exit; fi

# fill makes the database, with alice in it. DAViCal's own script knows the two
# roles by name; it would make them too, but without a password. What it could
# not finish is not left behind, because the next start would take it for done.
fill() {
  roles && (cd /usr/share/davical/dba && sh ./create-database.sh davical admin) && alice ||
    { psql -qXd postgres -c 'DROP DATABASE IF EXISTS davical'; return 1; }
}
roles() {
  psql -qXd postgres -v ON_ERROR_STOP=1 <<'SQL'
DO $$ BEGIN CREATE ROLE davical_dba LOGIN PASSWORD 'lab'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE davical_app LOGIN PASSWORD 'lab'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
SQL
}
alice() {
  psql -qXd davical -v ON_ERROR_STOP=1 <<'SQL'
INSERT INTO usr (username, password, fullname, email, active) VALUES ('alice', '**alice', 'Alice', 'alice@lab.example', true);
INSERT INTO principal (type_id, user_no, displayname, default_privileges) SELECT 1, user_no, fullname, 0::bit(24) FROM usr WHERE username = 'alice';
SQL
}

if ! running "$DIR"; then
  packages davical
  database
  if missing davical; then
    fill >"$DIR/create.log" 2>&1 || die "the database of DAViCal could not be made, see $DIR/create.log"
  fi
  port=$(port "$DIR" 24000 "${2:-}")
  # DAViCal takes its settings from /etc/davical/SERVER-conf.php and from nowhere
  # else. A server "named" by a path that leads out of there again has them in
  # DIR, so that nothing is left under /etc and two labs do not meet.
  cat >"$DIR/server.php" <<PHP
<?php \$_SERVER['SERVER_NAME'] = '../..$DIR/davical';
PHP
  cat >"$DIR/davical-conf.php" <<PHP
<?php
\$_SERVER['SERVER_NAME'] = \$c->domain_name = '127.0.0.1';
\$c->pg_connect[] = 'host=127.0.0.1 port=$PGPORT dbname=davical user=davical_app password=lab';
\$c->admin_email = 'root@lab.example';
\$c->system_name = 'lab';
PHP
  chmod 644 "$DIR"/*.php
  apache "$DIR" "$port" mpm_prefork authz_core alias dir mime rewrite setenvif <<CONFIG
LoadModule php_module $(ls /usr/lib/apache2/modules/libphp*.so | sort -V | tail -1)
StartServers 2
TypesConfig /etc/mime.types
DocumentRoot /usr/share/davical/htdocs
<Directory /usr/share/davical/htdocs>
  DirectoryIndex index.php
  AcceptPathInfo On
  Require all granted
</Directory>
<FilesMatch "\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
php_value auto_prepend_file $DIR/server.php
php_value include_path /usr/share/awl/inc
php_value error_reporting "E_ALL & ~E_NOTICE & ~E_DEPRECATED"
php_value default_charset utf-8
RewriteEngine On
RewriteRule ^/\.well-known/(.*)$ /caldav.php/.well-known/\$1 [NC,PT]
CONFIG
  ready "$DIR" 60 found "http://127.0.0.1:$port/caldav.php/alice/"
fi
echo "url=http://alice:alice@127.0.0.1:$(cat "$DIR/port")/caldav.php/alice/"

#!/bin/bash
# A private SOGo on loopback for tests: groupware on PostgreSQL and memcached.
# User alice with password alice. Its database is in the PostgreSQL of
# DIR/../postgres, which is started where it is not up. Asked directly, sogod
# resets connections that a client keeps open; so, as its makers advise, an
# Apache is in front of it.
#   lab/sogo.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…, the home of her books
#   lab/sogo.sh DIR stop     ends it, not PostgreSQL; the data stays
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$LAB/apache.sh"
DIR=$(workdir "${1:?usage: sogo.sh DIR [PORT|stop]}")
web=$DIR/web server=$DIR/server cache=$DIR/cache
if [ "${2:-}" = stop ]; then halt "$web" TERM; halt "$server" KILL; halt "$cache" TERM; exit; fi # sogod takes 10 s and more over a TERM
mkdir -p "$web" "$server" "$cache"

packages sogo
user=$(account sogo)
[ "$(id -u)" = 0 ] || [ -r /etc/sogo/sogo.conf ] ||
  die "SOGo first reads /etc/sogo/sogo.conf, which only its own account may: start it as root, or make that file readable"
if ! running "$cache"; then
  port=$(port "$cache" 29000)
  # The option -P only puts the directory on the command line, by which a
  # daemon is known.
  own "$user" "$cache/run"
  start "$cache" "$user" memcached -l 127.0.0.1 -p "$port" -P "$cache/run/memcached.pid"
fi
if ! running "$server"; then
  database
  if missing sogo; then
    psql -qXd postgres -c 'CREATE DATABASE sogo'
    psql -qXd sogo --single-transaction -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE users (c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text);
INSERT INTO users VALUES ('alice', 'alice', 'alice', 'Alice', 'alice@lab.example');
SQL
  fi
  own "$user" "$server/run" "$server/spool"
  port=$(port "$server" 27000)
  tables=postgresql://lab:lab@127.0.0.1:$PGPORT/sogo
  start "$server" "$user" env HOME="$server/run" /usr/sbin/sogod -WOWorkersCount 3 -WOPort "127.0.0.1:$port" \
    -WOPidFile "$server/run/sogo.pid" -WOLogFile - -WONoDetach YES -SOGoTimeZone UTC -SOGoMailSpoolPath "$server/spool" \
    -SOGoMemcachedHost "127.0.0.1:$(cat "$cache/port")" -SOGoProfileURL "$tables/sogo_user_profile" \
    -OCSFolderInfoURL "$tables/sogo_folder_info" -OCSSessionsFolderURL "$tables/sogo_sessions_folder" \
    -OCSEMailAlarmsFolderURL "$tables/sogo_alarms_folder" \
    -SOGoUserSources "({type = sql; id = lab; displayName = Lab; viewURL = \"$tables/users\"; canAuthenticate = YES; isAddressBook = NO; userPasswordAlgorithm = plain;})"
fi
if ! running "$web"; then
  port=$(port "$web" 25000 "${2:-}")
  apache "$web" "$port" mpm_event authz_core env alias headers proxy proxy_http <<CONFIG
AllowEncodedSlashes NoDecode
ProxyPreserveHost On
SetEnv proxy-nokeepalive 1
RequestHeader set x-webobjects-server-port "$port"
RequestHeader set x-webobjects-server-name "127.0.0.1"
RequestHeader set x-webobjects-server-url "http://127.0.0.1:$port"
RequestHeader set x-webobjects-server-protocol HTTP/1.0
RequestHeader unset x-webobjects-remote-user
Redirect 301 /.well-known/carddav /SOGo/dav
ProxyPass /SOGo http://127.0.0.1:$(cat "$server/port")/SOGo retry=0 nocanon
CONFIG
fi
ready "$server" 60 found "http://127.0.0.1:$(cat "$web/port")/SOGo/dav/alice/Contacts/"
echo "url=http://alice:alice@127.0.0.1:$(cat "$web/port")/SOGo/dav/alice/Contacts/"

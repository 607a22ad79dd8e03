#!/bin/bash
# A private Xandikos on loopback for tests: CardDAV, a git repository for each
# book. It has no logins of its own, so an Apache in front of it asks for the
# password. User alice with password alice.
#   lab/xandikos.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…, the home of her books
#   lab/xandikos.sh DIR stop     ends it; the data stays in DIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$LAB/apache.sh"
DIR=$(workdir "${1:?usage: xandikos.sh DIR [PORT|stop]}")
web=$DIR/web server=$DIR/server
if [ "${2:-}" = stop ]; then halt "$web" TERM; halt "$server" TERM; exit; fi
mkdir -p "$web" "$server"

if ! running "$server"; then
  packages xandikos
  user=$(account www-data)
  own "$user" "$server/data"
  port=$(port "$server" 28000)
  start "$server" "$user" env HOME="$server/data" /usr/bin/xandikos -d "$server/data" -l 127.0.0.1 -p "$port" \
    --current-user-principal /alice/ --defaults
  ready "$server" 30 found "http://127.0.0.1:$port/alice/"
fi
if ! running "$web"; then
  echo "alice:$(openssl passwd -apr1 alice)" >"$web/users"
  chmod 644 "$web/users"
  port=$(port "$web" 23000 "${2:-}")
  apache "$web" "$port" mpm_event authn_core authn_file authz_core authz_user auth_basic proxy proxy_http <<CONFIG
AllowEncodedSlashes NoDecode
<Location "/">
  AuthType Basic
  AuthName lab
  AuthUserFile $web/users
  Require valid-user
</Location>
ProxyPreserveHost On
ProxyPass "/" "http://127.0.0.1:$(cat "$server/port")/" nocanon
CONFIG
  ready "$web" 30 found "http://127.0.0.1:$port/alice/"
fi
echo "url=http://alice:alice@127.0.0.1:$(cat "$web/port")/alice/contacts/"

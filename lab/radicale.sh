#!/bin/bash
# A private Radicale on loopback for tests: CardDAV, a file for each card. User
# alice with password alice.
#   lab/radicale.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…, the home of her books
#   lab/radicale.sh DIR stop     ends it; the data stays in DIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
DIR=$(workdir "${1:?usage: radicale.sh DIR [PORT|stop]}")
if [ "${2:-}" = stop ]; then halt "$DIR" TERM; exit; fi

if ! running "$DIR"; then
  packages radicale
  user=$(account radicale)
  own "$user" "$DIR/data"
  echo alice:alice >"$DIR/users"
  port=$(port "$DIR" 22000 "${2:-}")
  # A refused login is answered at once.
  cat >"$DIR/config" <<CONFIG
[server]
hosts = 127.0.0.1:$port
max_connections = 50
[auth]
type = htpasswd
htpasswd_filename = $DIR/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = $DIR/data
[web]
type = none
CONFIG
  chmod 644 "$DIR/users" "$DIR/config"
  start "$DIR" "$user" /usr/bin/radicale --config "$DIR/config"
  ready "$DIR" 30 found "http://127.0.0.1:$port/alice/"
fi
echo "url=http://alice:alice@127.0.0.1:$(cat "$DIR/port")/alice/"

#!/bin/bash
# A private PostgreSQL on loopback for tests, user lab with password lab.
#   lab/postgres.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…
#   lab/postgres.sh DIR stop     ends it; the data stays in DIR
# Nothing survives a power cut: durability is off because it is a lab.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
DIR=$(workdir "${1:?usage: postgres.sh DIR [PORT|stop]}")
if [ "${2:-}" = stop ]; then halt "$DIR" INT; exit; fi # INT does not wait for clients

if ! running "$DIR"; then
  packages postgres
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || die "initdb was not found")")
  user=$(account postgres)
  if [ ! -s "$DIR/data/PG_VERSION" ]; then
    own "$user" "$DIR/data"
    echo lab >"$DIR/password" && chmod 644 "$DIR/password"
    (as "$user" "$bin/initdb" -D "$DIR/data" -U lab --pwfile="$DIR/password" -E UTF8 --locale=C.UTF-8 \
      --auth=scram-sha-256 --no-sync) >"$DIR/initdb.log" 2>&1 || die "initdb failed, see $DIR/initdb.log"
  fi
  port=$(port "$DIR" 20000 "${2:-}")
  start "$DIR" "$user" "$bin/postgres" -D "$DIR/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off
  ready "$DIR" 30 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
fi
echo "url=postgres://lab:lab@127.0.0.1:$(cat "$DIR/port")/postgres?sslmode=disable"

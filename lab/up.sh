#!/bin/bash
# Starts every server of the lab under DIR and writes DIR/env for the tests:
#   lab/up.sh DIR && . DIR/env
# A server that cannot be started is named and left out of DIR/env, and the
# end is failure; the others are up all the same.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir -p "${1:?usage: up.sh DIR}" && chmod 755 "$1" # the servers' accounts have to reach their data
DIR=$(workdir "$1")
beside=(mariadb radicale xandikos davical sogo)

# up SERVER: starts it and notes its address.
up() {
  mkdir -p "$DIR/$1"
  rm -f "$DIR/$1/url"
  bash "$LAB/$1.sh" "$DIR/$1" | sed -n 's/^url=//p' >"$DIR/$1/url.new" && mv "$DIR/$1/url.new" "$DIR/$1/url"
}

# One installation for all is quicker than six. Where it fails, each script
# tries for itself, so that one package does not keep all servers away.
(packages postgres "${beside[@]}") || echo "lab: each server is tried alone" >&2
# DAViCal and SOGo have their tables in PostgreSQL.
up postgres || true
for server in "${beside[@]}"; do up "$server" & done
wait

failed=()
for server in postgres "${beside[@]}"; do
  if [ -s "$DIR/$server/url" ]; then
    echo "export KITH_TEST_${server^^}='$(cat "$DIR/$server/url")'"
  else
    failed+=("$server")
  fi
done >"$DIR/env.new"
mv "$DIR/env.new" "$DIR/env"
cat "$DIR/env"
[ ${#failed[@]} = 0 ] || die "not started: ${failed[*]}"

#!/bin/bash
# A private MariaDB on loopback for tests, user lab with password lab.
#   lab/mariadb.sh DIR [PORT]   starts it (again: changes nothing) and prints url=…
#   lab/mariadb.sh DIR stop     ends it; the data stays in DIR
# Nothing survives a power cut: durability is off because it is a lab.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
DIR=$(workdir "${1:?usage: mariadb.sh DIR [PORT|stop]}")
if [ "${2:-}" = stop ]; then halt "$DIR" TERM; exit; fi

if ! running "$DIR"; then
  packages mariadb
  user=$(account mysql)
  if [ ! -d "$DIR/data/mysql" ]; then
    own "$user" "$DIR/data"
    (as "$user" mariadb-install-db --no-defaults --datadir="$DIR/data" --skip-test-db \
      --auth-root-authentication-method=socket) >"$DIR/install.log" 2>&1 || die "mariadb-install-db failed, see $DIR/install.log"
  fi
  cat >"$DIR/init.sql" <<'SQL'
CREATE USER IF NOT EXISTS lab@'127.0.0.1' IDENTIFIED BY 'lab';
GRANT ALL ON *.* TO lab@'127.0.0.1' WITH GRANT OPTION;
CREATE DATABASE IF NOT EXISTS lab;
SQL
  chmod 644 "$DIR/init.sql"
  port=$(port "$DIR" 21000 "${2:-}")
  # The socket is named relative to the data, where a long DIR does no harm.
  start "$DIR" "$user" "$(command -v mariadbd)" --no-defaults --datadir="$DIR/data" --init-file="$DIR/init.sql" \
    --bind-address=127.0.0.1 --port="$port" --socket=lab.sock --skip-name-resolve \
    --character-set-server=utf8mb4 --max-connections=200 --innodb-buffer-pool-size=128M \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync
  ready "$DIR" 60 mariadb-admin --no-defaults --protocol=tcp -h 127.0.0.1 -P "$port" -u lab -plab ping
fi
echo "url=mysql://lab:lab@127.0.0.1:$(cat "$DIR/port")/lab"

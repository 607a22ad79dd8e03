# What the lab scripts share; sourced, never run.
# Every script of a server is called as: NAME.sh DIR [PORT] | NAME.sh DIR stop
# A daemon has a directory of its own with pid, log and port; AT below. A script
# with one daemon uses DIR itself, the others a directory each below it.
set -euo pipefail
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

die() { echo "lab: $*" >&2; exit 1; }

# workdir DIR: the scratch directory as an absolute path, made if missing.
workdir() {
  mkdir -p "$1" && cd "$1" && pwd -P
}

# packages SERVER...: installs the Debian packages these servers need and that
# are missing. The run level keeps the packages from starting servers of their own.
packages() {
  local server name missing=() run=()
  for server; do
    for name in $(awk -v server="$server" '$1 == server { $1 = ""; print }' "$LAB/packages"); do
      [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null ||
      die "the packages ${missing[*]} are missing and cannot be installed here: that takes root, or sudo without a password"
    run=(sudo -n)
  fi
  command -v apt-get >/dev/null || die "the packages ${missing[*]} are missing and this machine has no apt-get to install them"
  # A fresh machine, or one that has stood for months, knows no package or only
  # old ones: then its lists are fetched, once. Another installation that is
  # under way is waited for.
  install_missing() {
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
  }
  install_missing >"$DIR/apt.log" 2>&1 || { "${run[@]}" apt-get update && install_missing; } >>"$DIR/apt.log" 2>&1 ||
    die "the packages ${missing[*]} could not be installed, see $DIR/apt.log; its end: $(tail -3 "$DIR/apt.log" | tr '\n' ' ')"
}

# account USER: the account a server runs as. No server starts as root; an
# ordinary user runs it under the own name.
account() { if [ "$(id -u)" = 0 ]; then echo "$1"; else id -un; fi; }

# as USER COMMAND...: runs a command as that account, replacing this process
# when it is called in the background, so that its pid is the server's.
as() {
  local user=$1; shift
  if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
  fi
  exec "$@"
}

# own USER PATH...: makes directories that only the account can read.
own() {
  local user=$1; shift
  if [ "$(id -u)" = 0 ]; then install -d -o "$user" -g "$(id -g "$user")" -m 700 "$@"; else install -d -m 700 "$@"; fi
  (as "$user" test -x "$1") || die "the account $user cannot reach $1: choose a directory under /tmp"
}

# running AT: whether the daemon of AT is up. The command line is looked at
# too, because a pid may have been given to another process since.
running() {
  [ -s "$1/pid" ] && [ -d "/proc/$(cat "$1/pid")" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$1/pid")/cmdline" | grep -qF -- "$1/"
}

# port AT FROM [PORT]: notes the port in AT/port and prints it: the one asked
# for, else the one of the last start while it is free, else any free one of the
# thousand after FROM. Each daemon has a thousand of its own, so that those
# started side by side do not choose the same; all are below the range the
# kernel hands out by itself.
port() {
  local try
  for try in ${3:-$(cat "$1/port" 2>/dev/null) $(shuf -i "$2-$(($2 + 999))" -n 50)}; do
    [ -n "${3:-}" ] || ! (exec 3<>"/dev/tcp/127.0.0.1/$try") 2>/dev/null || continue
    echo "$try" | tee "$1/port"
    return
  done
  die "no free port was found from $2 on"
}

# start AT USER COMMAND...: runs the daemon in a session of its own.
start() {
  local at=$1 user=$2; shift 2
  (as "$user" setsid "$@") >>"$at/log" 2>&1 </dev/null &
  echo $! >"$at/pid"
}

# ready AT SECONDS COMMAND...: waits until the command succeeds.
ready() {
  local at=$1 end=$((SECONDS + $2)); shift 2
  until "$@" >/dev/null 2>&1; do
    [ -d "/proc/$(cat "$at/pid")" ] || die "the server ended while starting: $(tail -1 "$at/log")"
    [ $SECONDS -lt $end ] || die "the server does not answer, see $at"
    sleep 0.1
  done
}

# halt AT SIGNAL: ends the daemon of AT by its pid, and with KILL whatever it
# has started and left behind; harmless where none runs.
halt() {
  local pid i
  running "$1" || { rm -f "$1/pid"; return 0; }
  pid=$(cat "$1/pid")
  if [ "$2" != KILL ]; then
    kill "-$2" "$pid"
    for i in $(seq 100); do running "$1" || break; sleep 0.1; done
  fi
  kill -KILL -- "-$pid" 2>/dev/null || true # the group: start made it one of its own
  rm -f "$1/pid"
}

# found URL: whether a WebDAV server answers there and lets alice in.
found() {
  [ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' -u alice:alice -X PROPFIND -H 'Depth: 0' "$1")" = 207 ]
}

# database: names the PostgreSQL of the lab that stands beside DIR to psql and
# its like, and starts it where it is not up.
database() {
  bash "$LAB/postgres.sh" "$DIR/../postgres" >/dev/null
  PGPORT=$(cat "$DIR/../postgres/port")
  export PGHOST=127.0.0.1 PGPORT PGUSER=lab PGPASSWORD=lab
}

# missing NAME: whether that PostgreSQL has no such database.
missing() { ! psql -qXAtd postgres -c "SELECT datname FROM pg_database" | grep -qxF -- "$1"; }

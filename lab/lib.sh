# What the lab scripts share; sourced, never run.
# Every script is called as: NAME.sh DIR [PORT] | NAME.sh DIR stop
set -euo pipefail
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

die() { echo "lab: $*" >&2; exit 1; }

# workdir DIR: the scratch directory as an absolute path, made if missing.
workdir() {
  mkdir -p "$1" && cd "$1" && pwd -P
}

# packages NAME...: installs the Debian packages that are missing. The policy
# file keeps the packages from starting servers of their own.
packages() {
  local missing=() name run=()
  for name; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null ||
      die "the packages ${missing[*]} are missing and cannot be installed here: that takes root, or sudo without a password"
    run=(sudo -n)
  fi
  command -v apt-get >/dev/null || die "the packages ${missing[*]} are missing and this machine has no apt-get to install them"
  # A fresh machine, or one that has stood for months, knows no package or only
  # old ones: then its lists are fetched, once.
  install_missing() { "${run[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends "${missing[@]}"; }
  install_missing >"$DIR/apt.log" 2>&1 || { "${run[@]}" apt-get update && install_missing; } >>"$DIR/apt.log" 2>&1 ||
    die "the packages ${missing[*]} could not be installed, see $DIR/apt.log"
}

# account USER: the account a server runs as. Neither server starts as root;
# an ordinary user runs it under the own name.
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

# running: whether the server of DIR is up. The command line is looked at too,
# because a pid may have been given to another process since.
running() {
  [ -s "$DIR/pid" ] && tr '\0' ' ' <"/proc/$(cat "$DIR/pid")/cmdline" 2>/dev/null | grep -qF -- "$DIR/data"
}

# port [PORT]: the port asked for, else the one of the last start while it is
# free, else any free one below the range the kernel hands out by itself.
port() {
  local try
  [ -z "${1:-}" ] || { echo "$1"; return; }
  for try in $(cat "$DIR/port" 2>/dev/null) $(shuf -i 20000-32000 -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$try") 2>/dev/null || { echo "$try"; return; }
  done
  die "no free port was found between 20000 and 32000"
}

# start USER COMMAND...: runs the server in a session of its own.
start() {
  local user=$1; shift
  (as "$user" setsid "$@") >>"$DIR/log" 2>&1 </dev/null &
  echo $! >"$DIR/pid"
}

# ready SECONDS COMMAND...: waits until the command succeeds.
ready() {
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ -d "/proc/$(cat "$DIR/pid")" ] || die "the server ended while starting: $(tail -1 "$DIR/log")"
    [ $SECONDS -lt $end ] || die "the server does not answer, see $DIR/log"
    sleep 0.1
  done
}

# halt SIGNAL: ends the server of DIR by its pid; harmless where none runs.
halt() {
  local pid i
  running || { rm -f "$DIR/pid"; return 0; }
  pid=$(cat "$DIR/pid")
  kill "-$1" "$pid"
  for i in $(seq 100); do running || break; sleep 0.1; done
  if running; then kill -KILL "$pid"; fi
  rm -f "$DIR/pid"
}

#!/bin/bash
# vdirsyncer, which keeps two address books in step as Kith does: what the
# benchmarks stand beside. A and B are a book's URL with its login or a folder.
#   lab/vdirsyncer.sh DIR install        installs it
#   lab/vdirsyncer.sh DIR A B            one sync; DIR has its configuration and its memory of the last one
# It prints one line: wall=SECONDS cpu=SECONDS peak=KIB.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
DIR=$(workdir "${1:?usage: vdirsyncer.sh DIR install | DIR A B}")
packages vdirsyncer
[ "${2:-}" != install ] || exit 0

# side NAME WHERE: one of the two in vdirsyncer's words.
side() {
  local login
  echo "[storage $1]"
  case $2 in
  http*)
    login=${2#*://} login=${login%%@*}
    printf 'type = "carddav"\nurl = "%s"\nusername = "%s"\npassword = "%s"\n' "${2/"$login@"/}" "${login%%:*}" "${login#*:}"
    ;;
  *) printf 'type = "filesystem"\npath = "%s"\nfileext = ".vcf"\n' "$2" ;;
  esac
}
{
  printf '[general]\nstatus_path = "%s/status"\n[pair p]\na = "a"\nb = "b"\ncollections = null\nconflict_resolution = "a wins"\n' "$DIR"
  side a "$2"
  side b "$3"
} >"$DIR/config"
[ -e "$DIR/status" ] || yes | /usr/bin/vdirsyncer -c "$DIR/config" discover >"$DIR/log" 2>&1 || [ -e "$DIR/status" ] || die "vdirsyncer finds no books, see $DIR/log"
/usr/bin/time -o "$DIR/time" -f '%e %U %S %M' /usr/bin/vdirsyncer -c "$DIR/config" -v WARNING sync >>"$DIR/log" 2>&1 ||
  die "vdirsyncer failed, see $DIR/log: $(tail -1 "$DIR/log")"
awk '{ printf "wall=%s cpu=%.2f peak=%s\n", $1, $2 + $3, $4 }' "$DIR/time"

#!/bin/bash
# Ends what up.sh started under DIR. The data stays; delete DIR to drop it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: down.sh DIR}
for server in sogo davical xandikos radicale mariadb; do
  bash "$here/$server.sh" "$dir/$server" stop &
done
wait
bash "$here/postgres.sh" "$dir/postgres" stop # last: others have their tables in it
rm -f "$dir/env"

#!/bin/bash
# Ends what up.sh started under DIR. The data stays; delete DIR to drop it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: down.sh DIR}
bash "$here/postgres.sh" "$dir/postgres" stop
bash "$here/mariadb.sh" "$dir/mariadb" stop
rm -f "$dir/env"

#!/bin/bash
# Starts every database of the lab under DIR and writes DIR/env for the tests:
#   lab/up.sh DIR && . DIR/env
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: up.sh DIR}
mkdir -p "$dir" && chmod 755 "$dir"
postgres=$(bash "$here/postgres.sh" "$dir/postgres")
mariadb=$(bash "$here/mariadb.sh" "$dir/mariadb")
{
  echo "export KITH_TEST_POSTGRES='${postgres#url=}'"
  echo "export KITH_TEST_MARIADB='${mariadb#url=}'"
} >"$dir/env.new"
mv "$dir/env.new" "$dir/env"
cat "$dir/env"

#!/usr/bin/env bash
# The proofs: what takes too long for every change. `list` names them and needs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-list} in
  list | -h | --help) ;;
  *)
    # shellcheck source=prepare.sh
    [ ! -e "test/proofs/$1.proof.ts" ] || . test/prepare.sh
    ;;
esac
PATH="$PWD/node_modules/.bin:$PATH"
# Built once into the cache, in about a quarter of an hour; where it cannot be, the proof says that it is left out.
[ "${1:-}" != production ] || node test/support/temporal-server/build.ts || true
exec node test/proof.ts "$@"

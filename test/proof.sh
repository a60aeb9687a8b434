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
case ${1:-} in
  production | composition) node test/support/temporal-server/build.ts || true ;;
esac
if [ "${1:-}" = composition ]; then
  node test/proofs/composition/go-programs.ts || true
  # Under systemd its installation would also start it, and change this machine's firewall.
  [ -x /usr/sbin/dockerd ] || [ -d /run/systemd/system ] || apt_install docker.io || true
fi
exec node test/proof.ts "$@"

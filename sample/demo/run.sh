#!/usr/bin/env bash
# The demo: says at once where it cannot run, prepares the control machine, then goes on in TypeScript.
set -euo pipefail
cd "$(dirname "$0")/../.."
case " $* " in
  *' --help '* | *' -h '*) ;;
  *)
    bash sample/nodes/nodes.sh check >/dev/null
    ./local_build.sh
    ;;
esac
PATH="$PWD/node_modules/.bin:$PATH"
exec node sample/demo/main.ts "$@"

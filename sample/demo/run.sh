#!/usr/bin/env bash
# The demo: checks at once that it can run here, prepares the control machine, then continues in TypeScript.
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

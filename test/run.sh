#!/usr/bin/env bash
# Everything: lint, types, unit, workflow, replay, and integration on real nodes. Installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -x node_modules/.bin/node ] || [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent --ignore-scripts
fi
PATH="$PWD/node_modules/.bin:$PATH"
exec node test/run.ts "$@"

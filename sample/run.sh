#!/usr/bin/env bash
# Runs a program of this folder with the project's own Node, after installing what it needs.
#   sample/run.sh demo [options]
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -x node_modules/.bin/node ] || [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing the engine's dependencies (npm ci)"
  npm ci --silent --ignore-scripts
fi
PATH="$PWD/node_modules/.bin:$PATH"
program=$1
shift
exec node "sample/$program/main.ts" "$@"

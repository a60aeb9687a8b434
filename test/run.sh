#!/usr/bin/env bash
# Everything: lint, types, unit, workflow, replay, and integration on real nodes.
# What the tests share (npm modules, Temporal, mirror, sample release) is made once and cached outside the checkout.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=prepare.sh
. test/prepare.sh
exec node test/run.ts

#!/bin/sh
# As the entry point of the temporalio/server image.
set -eu
TEMPORAL_BROADCAST_ADDRESS=$(hostname -i)
export TEMPORAL_BROADCAST_ADDRESS
exec temporal-server start

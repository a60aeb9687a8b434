# shellcheck shell=bash disable=SC2034
# Shared by all parts of the test nodes: settings, names, and how to fail.

HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
CACHE_DIR=${DEPLOYMENT_ENGINE_CACHE_DIR:-/var/cache/deployment-engine}/nodes
NETWORK=${NODES_NETWORK:-10.10.101}
NODES_DIR=$(realpath -m "${DEPLOYMENT_ENGINE_NODES_DIR:-/var/lib/deployment-engine-nodes}")/$NETWORK
BRIDGE=${NODES_BRIDGE:-denodes}
GATEWAY=$NETWORK.180
FIRST=181
MOST=20
PASSWORD=123456

# A node's processes are found by this variable in their environment: unlike a pid file, no crash leaves it stale.
MARK=DEPLOYMENT_ENGINE_NODE

say() { printf 'nodes: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
wrong_usage() { say "$@"; exit 2; }
environment_lacks() { say "$@"; exit 3; }

check_settings() {
  local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  [[ $NETWORK =~ ^$octet\.$octet\.$octet$ ]] \
    || wrong_usage "NODES_NETWORK is three numbers like 10.10.101, not '$NETWORK'"
  [[ $BRIDGE =~ ^[A-Za-z0-9_-]{1,15}$ ]] || wrong_usage "NODES_BRIDGE is a name of 1 to 15 letters, not '$BRIDGE'"
  # These paths become options of an overlay mount.
  [[ $NODES_DIR$CACHE_DIR != *[[:space:],:\\]* ]] \
    || wrong_usage "no spaces, commas, colons or backslashes in $NODES_DIR or $CACHE_DIR"
}

# A node is named by the last number of its address everywhere inside these scripts.
node_folder() { echo "$NODES_DIR/node$1"; }
nodes_on_disk() {
  local folder
  for folder in "$NODES_DIR"/node[0-9]*; do [ -d "$folder" ] && echo "${folder##*/node}"; done
}

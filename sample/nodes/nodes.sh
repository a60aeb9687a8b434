#!/bin/bash
# The test nodes: small offline Debian machines on this one. Each is a process tree in namespaces of its own; nothing is
# mounted on this machine, so ending a node's PID 1 leaves only its disk (a folder) behind.
set -u -o pipefail
umask 022 # what is written here are files of the nodes
# shellcheck source=settings.sh
. "$(dirname "$(readlink -f "$0")")/settings.sh"
# shellcheck source=check.sh
. "$HERE/check.sh"
# shellcheck source=base.sh
. "$HERE/base.sh"
# shellcheck source=processes.sh
. "$HERE/processes.sh"
# shellcheck source=network.sh
. "$HERE/network.sh"
# shellcheck source=life.sh
. "$HERE/life.sh"
# shellcheck source=commands.sh
. "$HERE/commands.sh"

usage() {
  cat <<END
Usage: nodes COMMAND        (npm run nodes -- COMMAND)

  up N              make sure that N nodes (1 to $MOST) run and answer ssh; others and cut cables stay as they are
  down [--wipe]     stop all nodes, remove the bridge; disks are kept, or removed with --wipe
  status [--json]   a line per node: address, up | down | starting | cut, processes, disk in MB
  reboot A          cut the power of a node and turn it on again; returns when its ssh answers
  cut A             drop the node's packets in both directions; its connections stay open; lasts until heal
  heal A            end the cut
  ledger A          print the node's /var/lib/deployment-engine/ledger (JSON lines), nothing when there is none
  sh A [COMMAND..]  a root shell, or a command, inside the node without ssh
  pid A             the process on this machine that is the node's PID 1
  check             say ok, or the one reason why nodes cannot run here

A is an address: $NETWORK.$FIRST and upwards; user root, password $PASSWORD. The nodes reach each other and
this machine, which is $GATEWAY to them, and nothing else.

Settings (environment):
  DEPLOYMENT_ENGINE_CACHE_DIR   holds the shared root file system (/var/cache/deployment-engine)
  DEPLOYMENT_ENGINE_NODES_DIR   the nodes' disks, on a real file system (/var/lib/deployment-engine-nodes)
  NODES_NETWORK                 first three numbers of the addresses (10.10.101)
  NODES_BRIDGE                  name of the bridge (denodes)
  NODES_NO_INSTALL=1            never install missing commands by apt-get

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the environment lacks something.
END
}

case ${1:-} in
  -h | --help | help) usage ;;
  up | down | status | reboot | cut | heal | ledger | sh | pid | check)
    check_settings
    "command_$1" "${@:2}"
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

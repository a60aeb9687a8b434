#!/bin/bash
# supervise.sh NODE BASE - one node's life: starts it, starts it again when it reboots, ends when it is powered off.
set -u
# shellcheck source=settings.sh
. "$(dirname "$0")/settings.sh"
# shellcheck source=processes.sh
. "$HERE/processes.sh"
# shellcheck source=network.sh
. "$HERE/network.sh"

node=$1 base=$2 folder=$(node_folder "$1") machine=

# The caller's pipes and locks must not stay open for as long as a node runs.
close_inherited_files() {
  local file
  for file in "/proc/$$/fd"/*; do
    file=${file##*/}
    [ "$file" -gt 2 ] && [ "$file" != 255 ] && eval "exec $file>&-"
  done
}

# Killing this process kills unshare, and that kills the node's PID 1, which takes namespaces, mounts and cable along.
start() {
  local init _
  rm -f "$folder/init" "$folder/reset"
  setpriv --pdeathsig KILL unshare --mount --uts --ipc --net --pid --fork --propagation private --kill-child=KILL \
    bash "$HERE/boot.sh" "$node" "$base" 8<&- 9<&- &
  machine=$!
  for _ in {1..500}; do
    init=$(init_of "$node") && break
    kill -0 "$machine" 2>/dev/null || return
    sleep .01
  done
  [ -n "$init" ] && lay_cable "$node" "$init"
}

# 129: the node's own "reboot" (hang-up); the file: "nodes reboot", which cuts the power.
wants_to_start_again() { [ "$1" = 129 ] || [ -e "$folder/reset" ]; }

close_inherited_files
cd /
exec 8<"$base" && flock --shared 8
exec 9<"$folder" && flock --timeout 10 9 || exit 1
trap 'kill -KILL $machine 2>/dev/null; exit 0' TERM

while :; do
  start || { kill -KILL $machine; echo "the node could not be started"; exit 1; }
  wait $machine
  wants_to_start_again $? || exit 0
done

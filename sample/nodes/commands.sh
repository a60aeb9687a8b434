# shellcheck shell=bash disable=SC2153,SC2154
# The commands, one function each, and what only they need.

command_up() {
  [ $# = 1 ] && [[ $1 =~ ^[1-9][0-9]?$ ]] && [ "$1" -le "$MOST" ] \
    || wrong_usage "up takes the number of nodes, 1 to $MOST"
  local began=$EPOCHREALTIME based base node last=$((FIRST + $1 - 1)) reachable=()
  needs_capable_machine
  lock_nodes
  install_missing
  base=$(ensure_base "$(base_name)") || exit
  based=$EPOCHREALTIME
  bridge_up
  find_processes
  for node in $(nodes_on_disk); do
    [ -z "${supervisor[$node]:-}" ] || connect_cable "$node" 2>/dev/null
  done
  for ((node = FIRST; node <= last; node++)); do
    [ -n "${supervisor[$node]:-}" ] || start_node "$node" "$base"
  done
  for ((node = FIRST; node <= last; node++)); do
    await_answer "$node"
    is_cut "$node" || reachable+=("$node")
  done
  [ ${#reachable[@]} -lt 2 ] || connect_nodes "${reachable[@]:0:2}"
  echo "up in $(seconds_since "$began") s (base $(seconds_between "$began" "$based") s):" \
    "$NETWORK.$FIRST to $NETWORK.$last, root/$PASSWORD$(cut_note)"
}

command_down() {
  [[ ${1:-} =~ ^(--wipe)?$ ]] && [ $# -le 1 ] || wrong_usage 'down takes nothing or --wipe'
  needs_root
  lock_nodes
  local node
  find_processes
  [ ${#supervisor[@]} = 0 ] || kill -TERM "${supervisor[@]}" 2>/dev/null
  # Also those whose disk somebody has removed meanwhile.
  for node in $({ nodes_on_disk; printf '%s\n' "${!supervisor[@]}" "${!helpers[@]}"; } | sort -u); do
    await_end "$node"
    remove_cable "$node"
  done
  bridge_down
  [ "${1:-}" != --wipe ] || wipe
  rmdir --ignore-fail-on-non-empty "$NODES_DIR"
}

command_status() {
  [[ ${1:-} =~ ^(--json)?$ ]] && [ $# -le 1 ] || wrong_usage 'status takes nothing or --json'
  needs_root
  local node line format='%-15s %-8s %3d processes %5d MB\n' lines=()
  [ $# = 0 ] || format='{"address":"%s","state":"%s","processes":%d,"diskMb":%d}'
  count_processes
  while read -ra line; do
    # shellcheck disable=SC2059 # one of the two above
    lines+=("$(printf "$format" "${line[@]}")")
  done < <(for node in $(nodes_on_disk); do describe "$node" & done | sort -t . -k 4n; wait)
  if [ $# = 1 ]; then
    (IFS=,; echo "[${lines[*]}]")
  elif [ ${#lines[@]} -gt 0 ]; then
    printf '%s\n' "${lines[@]}"
  fi
}

command_reboot() {
  local node before
  node=$(known_node "$@") || exit
  before=$(init_of "$node") || fail "$1 is down: nodes up"
  touch "$(node_folder "$node")/reset" && kill -KILL "$before"
  await_answer "$node" "$before"
}

command_cut() {
  local node
  node=$(known_node "$@") || exit
  touch "$(node_folder "$node")/cut"
  [ -z "$(init_of "$node")" ] || connect_cable "$node"
}

command_heal() {
  local node
  node=$(known_node "$@") || exit
  rm -f "$(node_folder "$node")/cut"
  [ -z "$(init_of "$node")" ] || connect_cable "$node"
}

command_ledger() {
  local node ledger
  node=$(known_node "$@") || exit
  ledger=$(node_folder "$node")/disk/var/lib/deployment-engine/ledger
  [ ! -e "$ledger" ] || cat "$ledger"
}

command_pid() {
  local node
  node=$(known_node "$@") || exit
  init_of "$node" || fail "$1 is down"
}

command_sh() {
  local node init
  node=$(known_node "${1:-}") || exit
  init=$(init_of "$node") || fail "$1 is down"
  shift
  exec nsenter --target "$init" --mount --uts --ipc --net --pid \
    env --ignore-environment TERM="${TERM:-dumb}" HOME=/root USER=root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:-bash}"
}

command_check() {
  local reason packages
  reason=$(why_not) || environment_lacks "test nodes cannot run here: $reason"
  packages=$(missing_packages)
  echo "ok${packages:+ (up installs first: $packages)}"
}

needs_root() { [ "$(id -u)" = 0 ] || environment_lacks 'needs root: use sudo'; }
needs_capable_machine() {
  local reason
  reason=$(why_not) || environment_lacks "test nodes cannot run here: $reason"
}

# Prints the node of an address; it has a disk.
known_node() {
  needs_root
  [ $# = 1 ] && [[ $1 == "$NETWORK".* ]] && [[ ${1##*.} =~ ^[0-9]+$ ]] \
    || wrong_usage "takes one address like $NETWORK.$FIRST"
  [ -d "$(node_folder "${1##*.}")" ] || fail "there is no node $1: nodes up"
  echo "${1##*.}"
}

# Prints address, state, processes, MB.
describe() {
  local node=$1 init state=down count=0 disk _
  if init=$(init_of "$node"); then
    count=${processes[$(readlink "/proc/$init/ns/pid")]:-0}
    state=starting
    if is_cut "$node"; then state='cut'; elif answers "$node"; then state=up; fi
  fi
  read -r disk _ < <(du -sm "$(node_folder "$node")/disk" 2>/dev/null)
  echo "$NETWORK.$node $state $count ${disk:-0}"
}

cut_note() {
  local node addresses=
  for node in $(nodes_on_disk); do ! is_cut "$node" || addresses+=" $NETWORK.$node"; done
  echo "${addresses:+; still cut:$addresses}"
}

seconds_between() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", to - from }'; }
seconds_since() { seconds_between "$1" "$EPOCHREALTIME"; }

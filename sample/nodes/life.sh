# shellcheck shell=bash disable=SC2153,SC2154
# Starting, awaiting, ending and removing nodes.

# Held to the end of this program. The lock is the folder itself, so a wiped machine has no lock file left.
lock_nodes() {
  while :; do
    mkdir -p "$NODES_DIR" && exec 7<"$NODES_DIR" \
      || environment_lacks "cannot write ${NODES_DIR%/*}; set DEPLOYMENT_ENGINE_NODES_DIR"
    flock 7
    [ "/proc/$$/fd/7" -ef "$NODES_DIR" ] && return
  done
}

start_node() {
  local node=$1 base=$2 folder
  folder=$(node_folder "$node")
  kill_node "$node"
  [ -d "$folder" ] || make_disk "$node" "$folder"
  [ "$(<"$folder/base")" = "$(base_name)" ] || base=$(ensure_base "$(<"$folder/base")") || exit
  # Default signals: otherwise, with a caller under nohup, the whole node would ignore SIGHUP.
  env --default-signal "$MARK=$NODES_DIR:$node" setsid --fork bash "$HERE/supervise.sh" "$node" "$base" \
    </dev/null >"$folder/supervisor.log" 2>&1
}

# Appears complete, by rename. Name and hosts file are written once: later they are the node's own.
make_disk() {
  local node=$1 folder=$2 new=$NODES_DIR/new
  rm -rf --one-file-system "$new"
  mkdir -p "$new/disk/etc" "$new/work" "$new/root"
  echo "node$node" >"$new/disk/etc/hostname"
  printf '127.0.0.1 localhost\n%s node%s\n' "$NETWORK.$node" "$node" >"$new/disk/etc/hosts"
  base_name >"$new/base"
  mv "$new" "$folder" || fail "cannot write $folder"
}

# Waits until sshd greets; with a second argument, until it is another boot than the one with this PID 1.
await_answer() {
  local node=$1 before=${2:-} deadline=$((EPOCHSECONDS + 60)) init folder
  folder=$(node_folder "$node")
  while :; do
    init=$(init_of "$node") || find_processes
    [ -n "$init" ] && [ "$init" != "$before" ] && answers "$node" && return
    [ -n "$init${supervisor[$node]:-}${helpers[$node]:-}" ] \
      || fail "$NETWORK.$node has ended, $folder/supervisor.log says: $(tail -n 3 "$folder/supervisor.log")"
    [ "$EPOCHSECONDS" -lt "$deadline" ] || fail "$NETWORK.$node does not answer ssh within 60 s, see $folder"
    sleep .02
  done
}

await_end() {
  local node=$1 _
  for _ in {1..100}; do
    find_processes
    [ -z "${supervisor[$node]:-}" ] && break
    sleep .02
  done
  kill_node "$node"
  rm -f "$(node_folder "$node")/init"
}

# Renamed first: a killed wipe must not leave half a disk that looks complete.
wipe() {
  local node
  for node in $(nodes_on_disk); do mv "$(node_folder "$node")" "$NODES_DIR/wiped.$node.$$"; done
  rm -rf --one-file-system "$NODES_DIR"/wiped.* "$NODES_DIR/new" "$NODES_DIR/install.log"
}

# shellcheck shell=bash disable=SC2034,SC2153
# Which processes belong to which node, according to the kernel.

# Sets state, session and started of a process; fails when there is none. A zombie counts as dead.
read_process() {
  local line fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra fields <<<"${line##*) }"
  state=${fields[0]} session=${fields[3]} started=${fields[19]}
  [[ $state != [ZX] ]]
}

# Fills supervisor[node] (one pid) and helpers[node] (pids of its other processes on this machine's side).
# A supervisor is the leader of its session; the node's own processes carry no mark.
declare -A supervisor helpers
find_processes() {
  local file mark node pid state session started
  supervisor=() helpers=()
  while IFS=: read -r -d '' file mark; do
    node=${mark##*:} pid=${file#/proc/} pid=${pid%/environ}
    [ "$mark" = "$MARK=$NODES_DIR:$node" ] && read_process "$pid" || continue
    if [ "$session" = "$pid" ]; then supervisor[$node]=$pid; else helpers[$node]+="$pid "; fi
  done < <(grep -Hsazo "^$MARK=.*" /proc/[0-9]*/environ)
}

# Prints the pid of the node's PID 1 as this machine sees it; fails when the node does not run.
init_of() {
  local pid since state session started
  { read -r pid since <"$(node_folder "$1")/init"; } 2>/dev/null || return 1
  read_process "$pid" && [ "$started" = "$since" ] && echo "$pid"
}

# Fills processes[namespace] with the number of processes in every pid namespace.
declare -A processes
count_processes() {
  local count namespace
  processes=()
  while read -r count namespace; do processes[$namespace]=$count; done \
    < <(readlink /proc/[0-9]*/ns/pid 2>/dev/null | sort | uniq -c)
}

# Ends whatever is left of a node; afterwards its disk is not in use.
kill_node() {
  local node=$1 pids _
  for _ in {1..500}; do
    find_processes
    pids="${supervisor[$node]:-} ${helpers[$node]:-} $(init_of "$node")"
    [[ $pids == *[0-9]* ]] || return 0
    # shellcheck disable=SC2086 # a list of pids
    kill -KILL $pids 2>/dev/null
    sleep .02
  done
  fail "the processes of $NETWORK.$node do not end: $pids"
}

# Succeeds when the node's sshd greets. A cut node is asked from inside: no packet of ours reaches it.
answers() {
  if is_cut "$1"; then answers_to "$1" "$1"; else greets "$1"; fi
}
# ... when the node $1 greets the node $2.
answers_to() { greets "$1" nsenter --net --target "$(init_of "$2")"; }

greets() {
  local address=$NETWORK.$1
  # shellcheck disable=SC2016 # for the inner shell
  timeout 2 "${@:2}" bash -c 'exec 3<>"/dev/tcp/$0/22" && read -r line <&3 && [[ $line == SSH-* ]]' "$address" \
    2>/dev/null
}

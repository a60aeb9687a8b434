# shellcheck shell=bash disable=SC2153
# The bridge the nodes hang on, and each node's cable to it.

# Interface names are unique per network, addresses are fixed: after a reset nobody holds a stale ARP entry.
# shellcheck disable=SC2046,SC2086 # three numbers from one
interface_of() { printf 'de%02x%02x%02x-%d' ${NETWORK//./ } "$1"; }
# shellcheck disable=SC2086
hardware_address() { printf '02:00:%02x:%02x:%02x:%02x' ${NETWORK//./ } "$1"; }

bridge_exists() { ip link show dev "$BRIDGE" >/dev/null 2>&1; }
# Its alias names the folder it serves. One with our address and no cable is left over from another folder, or from an
# "up" that was killed.
bridge_is_ours() {
  local bridge
  bridge=$(ip -o link show dev "$BRIDGE")
  [[ $bridge == *"alias $NODES_DIR" ]] \
    || { [[ $bridge == *"ether $(hardware_address 180) "* ]] && [ -z "$(ip -o link show master "$BRIDGE")" ]; }
}

bridge_up() {
  local other
  other=$(ip -4 -o addr show to "$NETWORK.0/24" | awk -v ours="$BRIDGE" '$2 != ours { print $2; exit }')
  [ -z "$other" ] || environment_lacks "$NETWORK.0/24 is already in use on $other; set NODES_NETWORK and NODES_BRIDGE"
  if bridge_exists; then
    bridge_is_ours || environment_lacks "another network interface is called $BRIDGE; set NODES_BRIDGE"
  else
    # A bridge without an address of its own changes it with its members.
    ip link add "$BRIDGE" address "$(hardware_address 180)" type bridge || fail "cannot make the bridge $BRIDGE"
  fi
  ip link set "$BRIDGE" alias "$NODES_DIR" up && ip addr replace "$GATEWAY/24" dev "$BRIDGE" \
    || fail "cannot set up the bridge $BRIDGE"
}

bridge_down() {
  bridge_exists && bridge_is_ours || return 0
  ip link del "$BRIDGE"
  forward_rule -D
}

# Where the firewall also filters bridged packets (Docker turns this on), it must accept the nodes' packets.
connect_nodes() {
  local first=$1 second=$2
  answers_to "$second" "$first" || { forward_rule -I && answers_to "$second" "$first"; } \
    || environment_lacks "this machine's firewall drops packets between nodes; it must forward from $BRIDGE to $BRIDGE"
}
forward_rule() {
  command -v iptables >/dev/null || return
  iptables --wait "$1" FORWARD -i "$BRIDGE" -o "$BRIDGE" -m comment --comment deployment-engine -j ACCEPT 2>/dev/null
}

# Gives a new node its eth0, with or without its cable.
lay_cable() {
  local node=$1 init=$2
  remove_cable "$node"
  ip link add "$(interface_of "$node")" type veth \
    peer name eth0 address "$(hardware_address "$node")" netns "$init" && connect_cable "$node"
}
remove_cable() { ip link del "$(interface_of "$1")" 2>/dev/null; }

is_cut() { [ -e "$(node_folder "$1")/cut" ]; }

# Brings the cable into the state the node's cut mark asks for; callers may run at the same time.
connect_cable() {
  local node=$1 cable
  (
    flock 9
    cable=$(interface_of "$node")
    # Off the bridge is not enough: this machine would still answer on the interface itself.
    if is_cut "$node"; then ip link set "$cable" nomaster down; else ip link set "$cable" master "$BRIDGE" up; fi
  ) 9>>"$(node_folder "$node")/cable.lock"
}

# shellcheck shell=bash
# Can this machine run test nodes? If not, names the first thing to change.

# Command and the package that has it.
COMMANDS=(
  mmdebstrap:mmdebstrap gpg:gpg zstd:zstd ip:iproute2
  unshare:util-linux nsenter:util-linux setpriv:util-linux flock:util-linux
)

missing_packages() {
  local pair
  for pair in "${COMMANDS[@]}"; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
  done | sort -u | paste -sd ' '
}
may_install() { [ "${NODES_NO_INSTALL:-}" != 1 ] && command -v apt-get >/dev/null; }

install_missing() {
  local packages log=$NODES_DIR/install.log
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  say "installing $packages"
  { install_packages "$packages" || { apt-get update && install_packages "$packages"; }; } >"$log" 2>&1 </dev/null \
    || environment_lacks "could not install $packages, see $log"
}
# shellcheck disable=SC2086 # a list of packages
install_packages() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $1; }

# Prints the reason and fails; prints nothing when nodes can run.
why_not() {
  local packages
  [ "$(uname -s)" = Linux ] || { echo 'needs Linux'; return 1; }
  [ "$(id -u)" = 0 ] || { echo 'needs root: the bridge and device nodes do; use sudo'; return 1; }
  packages=$(missing_packages)
  [ -z "$packages" ] || may_install || { echo "commands are missing: apt-get install $packages"; return 1; }
  check_disk && check_isolation "$packages"
}

check_disk() {
  local place=$NODES_DIR kind
  while [ ! -d "$place" ]; do place=$(dirname "$place"); done
  kind=$(stat -f -c %T "$place")
  case $kind in
    overlay* | tmpfs | ramfs | nfs* | UNKNOWN*)
      echo "${NODES_DIR%/*} is on $kind, which cannot hold the nodes' disks:" \
        'set DEPLOYMENT_ENGINE_NODES_DIR to a folder on ext4, xfs or btrfs'
      return 1
      ;;
  esac
}

# Tries what a node needs, in a temporary namespace.
check_isolation() {
  local problem
  grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null \
    || { echo 'the kernel has no overlay file system'; return 1; }
  [[ $1 == *util-linux* ]] && return
  # shellcheck disable=SC2016
  problem=$(unshare --mount --uts --ipc --net --pid --fork --propagation private sh -ec '
    mount -t tmpfs none /mnt; cd /mnt; mkdir lower upper work root
    mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root
    mount -t proc proc lower; mknod root/null c 1 3; echo >root/null; chroot / true' 2>&1) \
    || { echo "no namespaces, overlay mounts or device nodes (container? --privileged): ${problem##*$'\n'}"; return 1; }
  [[ $1 == *iproute2* ]] && return
  problem=$(unshare --net sh -ec 'ip link add check type bridge; ip link add check0 type veth peer name check1' 2>&1) \
    || { echo "no bridge or veth devices: ${problem##*$'\n'}"; return 1; }
}

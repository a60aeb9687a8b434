#!/bin/bash
# boot.sh NODE BASE - PID 1 of a node, in its new namespaces but still on this machine's files, until it becomes tini.
# Whatever is mounted here belongs to the node only and goes with it.
set -eu
# shellcheck source=settings.sh
. "$(dirname "$0")/settings.sh"
# shellcheck source=processes.sh
. "$HERE/processes.sh"

node=$1 base=$2 folder=$(node_folder "$1")

# /proc is still this machine's, so "self" is our pid as seen from outside.
announce() {
  local pid
  read -r pid _ </proc/self/stat
  read_process "$pid"
  echo "$pid $started" >"$folder/init.new" && mv "$folder/init.new" "$folder/init"
}

mount_disk() {
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$folder/disk,workdir=$folder/work,redirect_dir=on" "$folder/root"
  cd "$folder/root"
  mount -t tmpfs -o mode=755,size=256m run run
  mkdir run/lock run/before
  mount -t sysfs -o ro sysfs sys
}

make_devices() {
  local device
  mount -t tmpfs -o mode=755,size=64k dev dev
  for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"; done
  mknod -m 666 dev/tty c 5 0
  mknod -m 600 dev/console c 1 3 # a null device of its own, as programs change the console's mode
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs -o mode=1777 shm dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin && ln -s fd/1 dev/stdout && ln -s fd/2 dev/stderr
}

# The node may set its own network's kernel settings, not this machine's others, and cannot reset this machine.
mount_proc() {
  mount -t proc proc proc
  mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys
  mount --bind proc/sys/net proc/sys/net && mount -o remount,bind,rw proc/sys/net
  [ ! -e proc/sysrq-trigger ] || mount --bind dev/null proc/sysrq-trigger
}

# No default route: a node reaches its own network and nothing else.
configure_network() {
  local _
  ip link set lo up
  for _ in {1..500}; do [ -e sys/class/net/eth0 ] && break; sleep .01; done
  ip addr add "$NETWORK.$node/24" dev eth0
  ip link set eth0 up
}

enter() {
  pivot_root . run/before
  exec env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=linux container=test-node \
    chroot . /bin/sh -ec '
      umount -l /run/before; rmdir /run/before
      exec setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio,-syslog tini -- /usr/sbin/node-boot
    ' </dev/null >/dev/null 2>&1
}

cd /
announce
hostname "node$node"
mount_disk
make_devices
configure_network
mount_proc
enter

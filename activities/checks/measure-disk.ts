import { type Command, sh } from '../../domain/command.ts';
import type { Together } from '../../domain/step.ts';
import { inContainer } from './in-container.ts';

/** What checks share that ask for the disk or whether this is a container. */
export const ofMachine: Together = { read: () => seeMachine, names: [] };

/**
 * Prints the bytes of the disk that holds `/`: below partitions, volumes and encryption, as fdisk lists it. Where there is
 * none, as in containers, it is the file system. `root`: where /proc, /sys and /dev are, for tests.
 */
export const measureDisk = (root = ''): Command => sh`
  # What a RAID or a multipath makes of several disks is the disk.
  disks_below() {
    set -- "$(readlink -f "$1")"
    [ -d "$1" ] || return
    if [ -e "$1/partition" ]; then
      disks_below "\${1%/*}"
      return
    fi
    case $(cat "$1/dm/uuid" 2>/dev/null) in
      (LVM-* | CRYPT-* | part*) for below in "$1"/slaves/*; do disks_below "$below"; done ;;
      (*) echo "$1" ;;
    esac
  }
  size=$disk_bytes
  if [ -n "$size" ]; then
    :
  elif ! ${inContainer(root)}; then
    # btrfs has no device number of its own, but names a device.
    at=$(awk '$5 == "/" {id = $3; for (i = 6; i < NF; i++) if ($i == "-") name = $(i + 2)} END {print id "|" name}' ${root}/proc/self/mountinfo)
    device=\${at%%|*} source=\${at#*|}
    [ -e ${root}"/sys/dev/block/$device" ] || device=
    set -- ${root}"/sys/dev/block/$device"
    [ -n "$device" ] || set -- ${root}"/sys/class/block/$(basename "$(readlink -f ${root}"$source")")"
    size=$(disks_below "$1" | sort -u | while read -r disk; do cat "$disk/size"; done |
      awk '{sum += $1} END {if (sum > 0) printf "%.0f\n", sum * 512}')
  fi
  [ -n "$size" ] || size=$(df -Pk / | { read -r title && read -r source blocks rest && echo "$((blocks * 1024))"; })
  echo "$size"`;

const seeMachine: Command = sh`
  if ${inContainer()}; then in_container=yes; else in_container=no; fi
  disk_bytes=$(
    ${measureDisk()}
  ) 2>/dev/null`;

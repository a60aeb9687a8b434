# A path that cannot be written ends the request, with what a person needs to know about its file system.

unwritable() { # path, what was begun and is removed again, what is wrong with /dev/shm
  folder=$1
  until [ -d "$folder" ]; do folder=${folder%/*} && folder=${folder:-/}; done
  unwritable_path=$1 begun=${2:-} state=${3:-}
  set -- $(df -Pk "$folder" 2>/dev/null | tail -n 1) # device, KiB in all, used, free, used %, mount
  room="${4:-0} ${2:-0}" mount=${6:-/}
  # Some file systems count no inodes.
  inodes=$(df -Pi "$folder" 2>/dev/null | awk 'END { print ($2 > 0 ? $4 : "-") }')
  [ -n "$state" ] || state=$(awk -v mount="$mount" '$2 == mount { options = $4 } END { print options }' /proc/mounts)
  case ,$state, in *,ro,*) state=ro ;; ,missing, | ,disk,) ;; *) state=rw ;; esac
  [ -z "$begun" ] || rm -rf "$begun"
  say "unwritable $state $room $inodes $mount $unwritable_path"
  exit 0
}

tell_full() { # names full file systems that a failed command may have needed
  { df -Pk "$directory" /var/vcap /tmp /dev/shm; df -Pi "$directory" /var/vcap /tmp /dev/shm; } 2>/dev/null |
    awk '
      $4 == "Available" { what = "KiB" } $4 == "IFree" { what = "inodes" }
      $2 > 0 && $4 ~ /^[0-9]+$/ && $4 < 16 && !seen[$6]++ {
        print "runner: full", (what == "KiB" ? $4 : "-"), (what == "KiB" ? $2 : "-"), (what == "KiB" ? "-" : $4), $6
      }' >&2
}

# The ledger: one JSON line for each command that changed the node or was refused. Written under the lock only.

# A longer ledger loses its oldest lines when a new run begins.
ledger_bytes=8388608 ledger_lines=10000

take_lock() {
  # Tried first, because a shell exits when `exec` cannot open a file.
  true 2>/dev/null >>"$directory/lock" || unwritable "$directory/lock"
  exec 9>>"$directory/lock"
  flock 9
}

release_lock() { exec 9>&-; }

record() { # event exit; expects $about and $shown as JSON; sets position to the new line's number; fails = not written
  repair_ledger || return
  position=$((position + 1))
  append "$position" "$1" "$2"
}

append() { # number event exit
  printf '{"seq":%s,"at":"%s",%s,"event":"%s","exit":%s,"command":%s}\n' \
    "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$about" "$2" "$3" "$shown" 2>/dev/null >>"$directory/ledger" && return
  repair_ledger
  return 1
}

# Drops what a power cut or a full disk left half-written at the end; sets position to the last line's number.
repair_ledger() {
  position=0
  while [ -s "$directory/ledger" ]; do
    line=$(tail -n 1 "$directory/ledger"; echo .)
    case $line in
      '{"seq":'[0-9]*"}$newline.")
        line=${line#*:} position=${line%%,*}
        return
        ;;
    esac
    size=$(wc -c <"$directory/ledger") half=$(tail -n 1 "$directory/ledger" | wc -c)
    # Truncated in place, which works on a full disk too.
    dd if=/dev/null of="$directory/ledger" bs=1 seek=$((size - half)) 2>/dev/null || return
  done
}

shorten_ledger() {
  [ -s "$directory/ledger" ] && [ "$(wc -c <"$directory/ledger")" -gt $ledger_bytes ] || return 0
  # On a full disk the long one stays.
  { tail -n $ledger_lines "$directory/ledger" | dd of="$directory/ledger.new" conv=fsync &&
    mv "$directory/ledger.new" "$directory/ledger" || rm -f "$directory/ledger.new"; } 2>/dev/null
}

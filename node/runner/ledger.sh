# The ledger: one JSON line for each thing that mutated the node or was refused. Written under the lock only.

# A longer ledger loses its oldest lines when a new run begins.
ledger_bytes=8388608 ledger_lines=10000

take_lock() {
  exec 9>>"$directory/lock"
  flock 9
}

release_lock() { exec 9>&-; }

record() { # event exit; expects $about and $shown, both JSON; sets position to the new line's number
  last_position
  position=$((position + 1))
  printf '{"seq":%s,"at":"%s",%s,"event":"%s","exit":%s,"command":%s}\n' \
    "$position" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$about" "$1" "$2" "$shown" >>"$directory/ledger"
}

repair_ledger() { # drops what a power cut left at the end
  while [ -s "$directory/ledger" ]; do
    case $(tail -n 1 "$directory/ledger"; echo .) in '{"seq":'*"}$newline.") return ;; esac
    sed '$d' "$directory/ledger" >"$directory/ledger.new" && mv "$directory/ledger.new" "$directory/ledger" || return
  done
}

shorten_ledger() {
  [ -s "$directory/ledger" ] && [ "$(wc -c <"$directory/ledger")" -gt $ledger_bytes ] || return 0
  tail -n $ledger_lines "$directory/ledger" >"$directory/ledger.new" && mv "$directory/ledger.new" "$directory/ledger"
}

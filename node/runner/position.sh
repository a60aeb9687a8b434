# Where the ledger stands. Reads only; also sent along with every read, so a node needs no runner for it.
# Expects: $directory.

newline='
'

last_position() { # sets position: the number of the ledger's last whole line, 0 before the first
  lines=$(tail -n 2 "$directory/ledger" 2>/dev/null; echo .)
  whole=${lines%"$newline"*} # without the dot, or without the line a power cut left half-written
  [ "$whole" != "$lines" ] || whole=
  line=${whole##*"$newline"} position=0
  case $line in '{"seq":'*) line=${line#*:} position=${line%%,*} ;; esac
}

read_claim() { # sets owner, fence_generation and fence_run; empty and 0 on a node nobody claimed
  owner= fence_generation=0 fence_run=0
  [ ! -s "$directory/owner" ] || read -r owner <"$directory/owner"
  [ ! -s "$directory/fence" ] || read -r _ fence_generation fence_run <"$directory/fence"
}

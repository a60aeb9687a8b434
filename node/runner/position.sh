# Where the ledger stands. Reads only; sent along with every read, so it works on a node without a runner.
# Expects: $directory.

newline='
'

last_position() { # sets position: the number of the ledger's last whole line, 0 before the first
  lines=$(tail -n 2 "$directory/ledger" 2>/dev/null; echo .)
  whole=${lines%"$newline"*} # without the dot and without a line that a power cut left half-written
  [ "$whole" != "$lines" ] || whole=
  line=${whole##*"$newline"} position=0
  case $line in '{"seq":'*) line=${line#*:} position=${line%%,*} ;; esac
}

# Sets owner, fence_generation and fence_run; empty and 0 on a node nobody claimed. Two files hold `engine generation
# run`, and the newer one counts, so that a node stays claimed when a power cut has emptied one of them.
# damaged names unreadable files; undecided is set when the other one does not help. copies has what each file says.
read_claim() {
  owner= fence_generation=0 fence_run=0 damaged= undecided= named= copies=
  read_copy owner
  read_copy fence
  [ -z "$damaged" ] || [ -n "$owner" ] || undecided=yes
  [ -z "$named" ] || owner=$named
}

read_copy() { # owner or fence
  [ -e "$directory/$1" ] || return 0
  # A line without its newline was cut off.
  read -r claimant its_generation its_run rest <"$directory/$1" || claimant=
  if [ -z "$claimant" ] || [ -n "$rest" ]; then
    damaged="$damaged $1"
  elif is_number "$its_generation" && is_number "$its_run"; then
    copies="$copies$claimant $its_generation $its_run;"
    is_older "$its_generation" "$its_run" "$fence_generation" "$fence_run" ||
      owner=$claimant fence_generation=$its_generation fence_run=$its_run
  elif [ "$1$its_generation" = owner ]; then
    named=$claimant # as earlier versions wrote it
  else
    damaged="$damaged $1"
  fi
}

is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }

is_older() { [ "$1" -lt "$3" ] || { [ "$1" -eq "$3" ] && [ "$2" -lt "$4" ]; }; }

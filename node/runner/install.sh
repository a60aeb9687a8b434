# Lays the runner down and claims the node, in one command that can be repeated.

kept_runners=3

install_runner() {
  umask 077
  { mkdir -p "$directory/jobs" && chmod 700 "$directory"; } 2>/dev/null || unwritable "$directory/jobs"
  take_lock
  repair_ledger || unwritable "$directory/ledger"
  read_claim
  [ "$adopt" = yes ] || { [ -z "$owner$undecided" ] || assert_owner; }
  assert_not_superseded
  settle_jobs
  lay_down
  raise_fence
  repair_claim
  last_position
  release_lock
  say "installed $position"
}

repair_runner() { # for a step that finds it damaged, gone, or of another version; claims nothing
  [ -d "$directory" ] || refuse owner -
  take_lock
  read_claim
  [ -n "$owner$undecided" ] || refuse owner -
  lay_down
  release_lock
  say laid
}

lay_down() {
  ! is_source "$runner" || return 0
  # On the disk before it gets its name: a power cut else leaves an empty file.
  printf '%s\n' "$source" | dd of="$runner.new" conv=fsync 2>/dev/null &&
    is_source "$runner.new" && mv "$runner.new" "$runner" || unwritable "$runner.new" "$runner.new"
  ls -t "$directory"/runner-*.sh | tail -n +$((kept_runners + 1)) | while read -r old; do rm -f "$old"; done
}

is_source() { printf '%s\n' "$source" | cmp -s - "$1" 2>/dev/null; }

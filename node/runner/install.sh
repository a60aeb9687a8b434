# Installs the runner and claims the node, in one command that can be repeated.

kept_runners=3

install_runner() {
  umask 077
  { mkdir -p "$directory/jobs" && chmod 700 "$directory"; } 2>/dev/null || unwritable "$directory/jobs"
  take_lock
  repair_ledger || unwritable "$directory/ledger"
  read_claim
  may_adopt || { [ -z "$owner$undecided" ] || assert_owner; }
  assert_not_superseded
  settle_jobs
  lay_down
  raise_fence
  repair_claim
  note_claimant
  last_position
  release_lock
  say "installed $position"
}

may_adopt() { # from the named engine alone, or, where the claim is damaged, from whoever had it
  if [ -n "$undecided" ]; then [ "$adopt" = '?' ]; else [ "$adopt" = "$owner" ]; fi
}

repair_runner() { # for a step that finds it damaged, missing or of another version; claims nothing
  [ -d "$directory" ] || refuse owner -
  take_lock
  read_claim
  [ -n "$owner$undecided" ] || refuse owner -
  lay_down
  release_lock
  say laid
}

# Tells people and other engines who has claimed the node, and since when.
note_claimant() {
  read -r claimant since kept 2>/dev/null <"$directory/claimant" || claimant=
  { [ "$claimant" = "$owner" ] && is_number "$since"; } || claimant= since=$(date +%s)
  [ "$claimant $kept" != "$owner $controller" ] || return 0
  printf '%s\n' "$owner $since $controller" | dd of="$directory/claimant.new" conv=fsync 2>/dev/null &&
    mv "$directory/claimant.new" "$directory/claimant" || unwritable "$directory/claimant" "$directory/claimant.new"
}

lay_down() {
  ! is_source "$runner" || return 0
  # Synced before the rename: after a power cut the file could be empty otherwise.
  printf '%s\n' "$source" | dd of="$runner.new" conv=fsync 2>/dev/null &&
    is_source "$runner.new" && mv "$runner.new" "$runner" || unwritable "$runner.new" "$runner.new"
  ls -t "$directory"/runner-*.sh | tail -n +$((kept_runners + 1)) | while read -r old; do rm -f "$old"; done
}

is_source() { printf '%s\n' "$source" | cmp -s - "$1" 2>/dev/null; }

# The fence: only the newest run of the engine that owns the node may mutate it.

assert_owner() {
  [ -z "$undecided" ] || refuse damaged "${damaged# }"
  [ "$owner" = "$engine" ] || refuse owner "${owner:--}"
}

assert_not_superseded() {
  ! is_older "$generation" "$run" "$fence_generation" "$fence_run" || refuse fence "$fence_generation $fence_run"
}

refuse() { # by what, its value; an attempt to claim is no command and is not recorded
  # On a full disk the line is lost, but the refusal stands.
  [ -z "${about:-}" ] || record refused null || :
  say "refused $1 $2"
  exit 0
}

raise_fence() { # ends the commands of older runs before it lets the new run in
  [ "$owner" != "$engine" ] || is_older "$fence_generation" "$fence_run" "$generation" "$run" || return 0
  for job in "$directory"/jobs/*/; do
    [ -d "$job" ] || continue
    stale=yes
    (end_older "${job%/}") || unwritable "${job%/}"
  done
  prune_archive
  shorten_ledger
  owner=$engine fence_generation=$generation fence_run=$run
  note_visitor
  write_claim
}

# A copied control machine has our engine's id and its runs' numbers, but it is another machine. What a power cut leaves
# here alone names a fence that is not in force, and counts for nothing.
note_visitor() {
  printf '%s\n' "$owner $fence_generation $fence_run $controller" | dd of="$directory/visitor.new" conv=fsync 2>/dev/null &&
    mv "$directory/visitor.new" "$directory/visitor" || unwritable "$directory/visitor" "$directory/visitor.new"
}

write_claim() { # one copy after the other, so that one is whole at any time
  claim="$owner $fence_generation $fence_run"
  for copy in fence owner; do
    printf '%s\n' "$claim" | dd of="$directory/$copy.new" conv=fsync 2>/dev/null &&
      mv "$directory/$copy.new" "$directory/$copy" || unwritable "$directory/$copy" "$directory/$copy.new"
  done
  copies="$claim;$claim;"
}

repair_claim() { # a copy is missing, damaged, older, or of an earlier version
  claim="$owner $fence_generation $fence_run"
  [ "$copies" = "$claim;$claim;" ] || write_claim
}

end_older() {
  cd "$1" || return
  if read_about; then
    is_older "$job_generation" "$job_run" "$generation" "$run" || return 0
    end_job || return
  fi
  archive "$1"
}

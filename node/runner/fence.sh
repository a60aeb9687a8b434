# The fence: only the newest run of the engine that owns the node may mutate it.

assert_owner() { [ "$owner" = "$engine" ] || refuse owner "${owner:--}"; }

assert_not_superseded() {
  ! is_older "$generation" "$run" "$fence_generation" "$fence_run" || refuse fence "$fence_generation $fence_run"
}

is_older() { [ "$1" -lt "$3" ] || { [ "$1" -eq "$3" ] && [ "$2" -lt "$4" ]; }; }

refuse() { # by what, its value; a claim is no command and leaves no line
  [ -z "${about:-}" ] || record refused null
  release_lock
  say "refused $1 $2"
  exit 0
}

raise_fence() { # ends what older runs left running, and only then lets the new run in
  is_older "$fence_generation" "$fence_run" "$generation" "$run" || return 0
  for job in "$directory"/jobs/*/; do
    [ ! -d "$job" ] || (end_older "${job%/}")
  done
  prune_archive
  shorten_ledger
  echo "$engine $generation $run" >"$directory/fence.new" && mv "$directory/fence.new" "$directory/fence"
}

end_older() {
  cd "$1" || return
  if read_about; then
    is_older "$job_generation" "$job_run" "$generation" "$run" || return 0
    end_job
  fi
  archive "$1"
}

# Starts a command once: an equal one that runs is joined, one that has ended well since the check is not repeated.

start() {
  take_lock
  repair_ledger
  (settle_jobs)
  read_claim
  assert_owner
  assert_not_superseded
  raise_fence
  start_once "$directory/jobs/$key"
  release_lock
  # On the same stream as the output, so that whoever keeps it knows first which start it is of.
  echo "$event $began"
  say "$event $position"
  follow
}

start_once() { # sets event to started, attached or done, and began; the job is the current directory and open then
  if [ -d "$1" ] && cd "$1"; then
    read_began
    if [ ! -s ended ]; then
      event=attached
      record attached null
      open_job
      return
    fi
    read -r ended <ended
    read_exit
    if [ "$code" = 0 ] && [ ! -e late ] && [ "$ended" -gt "$checked" ]; then
      event=done position=$ended
      open_job
      return
    fi
    archive "$1"
    prune_archive
  fi
  event=started offset=0 # what was read of an earlier start says nothing about this one
  launch "$1"
}

launch() {
  rm -rf "$directory/jobs/.new" # of a starter that was killed
  mkdir -p "$directory/jobs/.new"
  cd "$directory/jobs/.new"
  printf '%s\n' "$generation $run" "$about" "$shown" >about
  exec 8>alive
  flock 8 # the supervisor inherits it, so the job counts as running before it can be seen
  last_position
  began=$((position + 1))
  echo $began >began
  [ "$long" = no ] || { printf '%s\n' "$text" >command && : >out; }
  mv "$directory/jobs/.new" "$1"
  record started null
  "launch_$long" "$1"
  exec 8>&-
}

launch_yes() { # detached: output and text are files, so that anybody can follow it
  open_job
  setsid sh "$runner" expire "$1" "$timeout" </dev/null >/dev/null 2>&1 3<&- 6<&- 8>&- 9>&- &
  setsid sh "$runner" supervise "$1" "$1/command" </dev/null >>out 2>&1 3<&- 6<&- 9>&- &
}

# Attached: text, secrets, input and output live in memory only, in files that no longer have a name.
launch_no() {
  sweep_memory
  memory=$(mktemp -d /dev/shm/deployment-engine.XXXXXX)
  echo "$memory" >"$directory/memory"
  exec 3>"$memory/out" 4>"$memory/text" 5>"$memory/input"
  exec 7>>"$memory/out" 3<"$memory/out" 0<"$memory/input" 6<"$memory/text"
  rm -rf "$memory"
  # The command closes what it is read from: a daemon that it starts must not inherit the secrets.
  printf '%s\n' 'exec 4<&-' "$secrets" "$text" >&4
  [ -z "$input" ] || printf %s "$input" | base64 -d >&5
  exec 4<&6 5<&0 0</dev/null 6<alive
  setsid sh "$runner" expire "$1" "$timeout" </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 7>&- 8>&- 9>&- &
  setsid sh "$runner" supervise "$1" /proc/self/fd/4 <&5 >&7 2>&1 3<&- 5<&- 6<&- 7>&- 9>&- &
  exec 4<&- 5<&- 7>&-
}

sweep_memory() { # the files, still empty, of a starter that was killed before they lost their names
  [ -s "$directory/memory" ] && read -r memory <"$directory/memory" && [ -d "$memory" ] && rm -rf "$memory"
}

# Starts a command once: attaches to the same one if it runs, and does not repeat it if it has succeeded since the check.

start() {
  stale= # set where a subshell may have added to the ledger: then this shell does not know its position
  take_lock
  repair_ledger || unwritable "$directory/ledger"
  read_claim
  assert_owner
  assert_not_superseded
  settle_jobs
  raise_fence
  repair_claim
  start_once "$directory/jobs/$key"
  release_lock
  [ "$began" = "$heard" ] || offset=0 # an offset into another start's output means nothing here
  # Ahead of the output on the same stream, so that whoever keeps it knows which start it belongs to.
  echo "$event $began"
  say "$event $position"
  follow
}

start_once() { # sets event to started, attached or done, and began; leaves the job open and current
  if [ -d "$1" ] && cd "$1"; then
    read_began
    if [ ! -s ended ]; then
      event=attached
      record attached null || : # attaching changes nothing, so it works on a full disk too
      open_job
      return
    fi
    read_ended "$1"
    read_exit
    if [ "$code" = 0 ] && [ ! -e late ] && [ "$ended" -gt "$checked" ]; then
      event=done position=$ended
      open_job
      return
    fi
    archive "$1" || unwritable "$directory/archive"
    prune_archive
  fi
  event=started
  launch "$1"
}

launch() { # writes everything before the job gets its place and is started
  fresh=$directory/jobs/.new # may be left over from a starter that was killed
  { { [ ! -e "$fresh" ] || rm -rf "$fresh"; } && mkdir -p "$fresh" && cd "$fresh"; } 2>/dev/null ||
    unwritable "$fresh" "$fresh"
  [ -z "$stale" ] || repair_ledger || unwritable "$directory/ledger" "$fresh"
  position=$((position + 1))
  began=$position
  { printf '%s\n' "$generation $run" "$about" "$shown" >about && echo "$began" >began &&
    reserve owner && reserve exit && reserve ended && true >late.new && true >alive; } 2>/dev/null ||
    unwritable "$fresh" "$fresh"
  exec 8>alive
  flock 8 # the supervisor inherits it, so the job counts as running from the moment it is visible
  "write_$long"
  mv "$fresh" "$1" || unwritable "$1" "$fresh"
  append "$position" started null || unwritable "$directory/ledger" "$1"
  "launch_$long" "$1"
  exec 8>&-
}

write_yes() { # detached: output and text are files, so that anybody can follow it
  { printf '%s\n' "$text" >command && true >out; } 2>/dev/null || unwritable "$fresh/command" "$fresh"
  assert_whole command
  open_job
}

# Attached: text, secrets, input and output exist in memory only, in files that are already unlinked.
write_no() {
  sweep_memory
  [ -d /dev/shm ] || unwritable /dev/shm "$fresh" missing
  case $(stat -f -c %T /dev/shm) in tmpfs | ramfs) ;; *) unwritable /dev/shm "$fresh" disk ;; esac
  memory=$(mktemp -d /dev/shm/deployment-engine.XXXXXX 2>/dev/null) || unwritable /dev/shm "$fresh"
  { printf '%s\n' "$memory" >"$directory/memory"; } 2>/dev/null || { rm -rf "$memory" && unwritable "$directory/memory" "$fresh"; }
  { true >"$memory/out" && true >"$memory/text" && true >"$memory/input"; } 2>/dev/null || { rm -rf "$memory" && unwritable /dev/shm "$fresh"; }
  exec 3>"$memory/out" 4>"$memory/text" 5>"$memory/input"
  exec 7>>"$memory/out" 3<"$memory/out" 0<"$memory/input" 6<"$memory/text"
  rm -rf "$memory"
  printf '%s\n' "$text" 2>/dev/null >&4 || unwritable /dev/shm "$fresh"
  [ -z "$input" ] || printf %s "$input" | base64 -d 2>/dev/null >&5 || unwritable /dev/shm "$fresh"
  assert_whole /proc/self/fd/6
  exec 4<&6 5<&0 0</dev/null 6<alive
}

assert_whole() { # file with the text to be executed
  case $(sha256sum "$1") in "$digest "*) return ;; esac
  rm -rf "$fresh"
  say "damaged $key"
  exit 0
}

launch_yes() {
  setsid sh "$runner" expire "$1" "$timeout" </dev/null >/dev/null 2>&1 3<&- 6<&- 8>&- 9>&- &
  setsid sh "$runner" supervise "$1" "$1/command" </dev/null >>out 2>&1 3<&- 6<&- 9>&- &
}

launch_no() {
  setsid sh "$runner" expire "$1" "$timeout" </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 7>&- 8>&- 9>&- &
  setsid sh "$runner" supervise "$1" /proc/self/fd/4 <&5 >&7 2>&1 3<&- 5<&- 6<&- 7>&- 9>&- &
  exec 4<&- 5<&- 7>&-
}

sweep_memory() { # removes the empty files of a starter that was killed before it unlinked them
  [ -s "$directory/memory" ] && read -r memory <"$directory/memory" || return 0
  case $memory in */../*) ;; /dev/shm/deployment-engine.??????) rm -rf "$memory" ;; esac
}

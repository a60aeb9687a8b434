# A job is a directory jobs/<key>; the functions work on the current directory.
#   about    "generation run", the ledger's fields and the shown command, one line each
#   began    the position of its `started` line: names this start, since a key can be started again
#   alive    locked while the supervisor lives, which unlike a pid says so reliably
#   owner    "pid start boot-id" of the supervisor; its session holds the job's processes
#   command  the text, and out the output, of a detached job; an attached one leaves neither
#   exit     the exit code, by rename; late exists when it ran into its time-out
#   ended    the position of its `ended` line: the job is settled
# Space for what is noted later is reserved at the start, as NAME.new, so that the end of a command is known even when the
# disk has filled up.

# Kept when there are twice as many.
archived_jobs=20

reserve() { # name
  printf '%80s\n' '' 2>/dev/null >"$1.new"
}

note() { # name, text
  printf '%s\n' "$2" 2>/dev/null 1<>"$1.new" && mv "$1.new" "$1"
}

is_running() { ! flock -n -s 6 6<alive; }

read_about() {
  { read -r job_generation job_run && IFS= read -r about && IFS= read -r shown; } 2>/dev/null <about &&
    is_number "$job_generation" && is_number "$job_run"
}

read_began() { # sets began, 0 when it was not noted
  began=0
  [ ! -s began ] || read -r began <began
}

read_exit() { # sets code, null when none was noted
  code=null
  [ ! -s exit ] || read -r code <exit || :
  is_number "$code" || code=null
}

read_ended() { # job; sets ended, 0 when it says nothing
  read -r ended 2>/dev/null <"$1/ended" && is_number "$ended" || ended=0
}

finish() { # under the lock; once
  [ ! -s ended ] || return 0
  read_exit
  record ended "$code" && note ended "$position"
}

settle() { # under the lock: records the end of a job whose supervisor could not
  [ ! -s ended ] || return 0
  if [ ! -s exit ]; then
    ! is_running || return 0
    end_session
  fi
  if read_about; then finish; else note ended 0; fi # a power cut can empty new files
}

settle_jobs() { # under the lock; expects the ledger's position
  count_on
  for job in "$directory"/jobs/*/; do
    [ -d "$job" ] && [ ! -s "$job/ended" ] || continue
    stale=yes
    (cd "$job" && settle) || unwritable "${job%/}"
  done
}

# A ledger that has lost its last lines continues after the highest number in use, so that none is used twice. Jobs whose
# end was in those lines are archived: nobody can tell any more whether they ended before a check or after it.
count_on() {
  counted=$position highest=$position
  for job in "$directory"/jobs/*/; do
    read_ended "$job"
    [ "$ended" -le "$highest" ] || highest=$ended last=$job
  done
  [ "$highest" -gt "$counted" ] || return 0
  stale=yes
  (cd "$last" && { ! read_about || { read_exit && append "$highest" ended "$code"; }; }) || unwritable "$directory/ledger"
  for job in "$directory"/jobs/*/; do
    read_ended "$job"
    [ "$ended" -le "$counted" ] || archive "${job%/}" || unwritable "$directory/archive"
  done
}

end_job() { # under the lock; must not wait for the supervisor, which may wait for the lock
  [ ! -s ended ] || return 0
  end_session
  await_exit
  [ -s exit ] || ! is_running || kill -KILL "$leader" 2>/dev/null
  finish
}

await_exit() { # the supervisor notes the exit code without needing the lock
  tries=0
  while [ ! -s exit ] && [ $tries -lt 100 ] && is_running; do tries=$((tries + 1)); sleep 0.02; done
}

archive() { # moves job $1 away to free its key; whoever follows it has its files open
  [ -d "$directory/archive" ] || mkdir -p "$directory/archive" || return
  read_ended "$1"
  [ ! -e "$directory/archive/$ended.${1##*/}" ] || rm -rf "$directory/archive/$ended.${1##*/}"
  mv "$1" "$directory/archive/$ended.${1##*/}"
}

prune_archive() {
  set -- "$directory"/archive/*
  [ $# -gt $((2 * archived_jobs)) ] || return 0
  (cd "$directory/archive" && ls | sort -rn | tail -n +$((archived_jobs + 1)) | xargs rm -rf) 2>/dev/null
}

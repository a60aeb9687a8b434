# A job is a directory jobs/<key>; the functions work on the one that is the current directory.
#   about    "generation run", the ledger's fields and the shown command, one line each
#   began    the position of its `started` line: names this start for ever, where a key may be started again
#   alive    locked for as long as the supervisor lives: no pid, restart or zombie can deceive
#   owner    "pid start boot-id" of the supervisor; its session holds the job's processes
#   command  the text, and out its output, of a detached job; an attached one leaves neither
#   exit     the exit code, by rename; late exists when time was over
#   ended    the position of its `ended` line: the job is settled
# What is noted later has its room reserved at the start, as NAME.new: the end of a command is known however full the
# disk has become.

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

settle() { # under the lock: writes down the end of a job that is over but whose supervisor could not
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
    [ ! -d "$job" ] || [ -s "$job/ended" ] || (cd "$job" && settle) || unwritable "${job%/}"
  done
}

# A ledger that has lost its end goes on behind the last number that was given, so that none is given twice. Jobs that
# ended there are put aside: whether they did before a check or after, nobody can tell any more.
count_on() {
  counted=$position highest=$position
  for job in "$directory"/jobs/*/; do
    read_ended "$job"
    [ "$ended" -le "$highest" ] || highest=$ended last=$job
  done
  [ "$highest" -gt "$counted" ] || return 0
  (cd "$last" && { ! read_about || { read_exit && append "$highest" ended "$code"; }; }) || unwritable "$directory/ledger"
  for job in "$directory"/jobs/*/; do
    read_ended "$job"
    [ "$ended" -le "$counted" ] || archive "${job%/}" || unwritable "$directory/archive"
  done
}

end_job() { # under the lock, for which the supervisor may be waiting: it is not waited for
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

archive() { # moves job $1 away so that its key is free; who follows it has its files open
  mkdir -p "$directory/archive" || return
  read_ended "$1"
  [ ! -e "$directory/archive/$ended.${1##*/}" ] || rm -rf "$directory/archive/$ended.${1##*/}"
  mv "$1" "$directory/archive/$ended.${1##*/}"
}

prune_archive() {
  ls "$directory/archive" 2>/dev/null | sort -rn | tail -n +$((archived_jobs + 1)) |
    while read -r name; do rm -rf "$directory/archive/$name"; done
}

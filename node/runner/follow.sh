# Shows a job: its output from an offset on standard output, then its state in one line. Changes nothing but the ledger,
# which records that somebody attached.

open_job() { # the job in the current directory; its files stay open when it is archived
  if [ -e out ]; then exec 3<out; else exec 3</dev/null; fi
  exec 6<alive
}

open_key() {
  if cd "$directory/jobs/$key" 2>/dev/null; then open_job; else no_job; fi
}

open_place() { # as `jobs` gave it, unless it has been archived or started again since
  read_began_of_place
  if [ "$began" = "$wanted" ]; then open_job; else no_job; fi
}

read_began_of_place() {
  began=
  ! cd "$directory/$place" 2>/dev/null || read_began
}

attach() { # possible on a full disk too
  is_running || return 0
  take_lock
  ! read_about || record attached null || :
  release_lock
}

no_job() { say 'end none null 0 0'; exit 0; }

follow() { # until the job ends or nobody listens any more
  seek
  beats=0 pause=0.1
  until flock -s -w $pause 6; do # wakes as soon as the supervisor is gone
    # A command that says nothing costs no more than this.
    if [ -s /proc/self/fd/3 ]; then cat <&3 || exit 0; else pause=0.25; fi
    beats=$((beats + 1))
    [ $beats -lt 20 ] || pause=0.25
    # Without output a follower would never notice that its connection is dead.
    [ $((beats % 40)) -gt 0 ] || say alive
  done
  cat <&3 || exit 0
  report exited
  [ "$code" = 0 ] || tell_full
}

poll() { # at most $limit bytes, at once
  seek
  if flock -n -s 6; then now=exited; else now=running; fi
  head -c "$limit" <&3
  report $now
}

seek() { [ "$offset" = 0 ] || dd bs=1 skip="$offset" count=0 <&3 2>/dev/null; }

report() { # state; a job that ended without exit code died
  read_exit
  [ "$1$code" != exitednull ] || set -- died
  [ ! -e late ] || set -- late
  size=0 ended=0
  [ ! -e out ] || size=$(wc -c <out)
  [ ! -s ended ] || read_ended .
  say "end $1 $code $((size)) $ended"
}

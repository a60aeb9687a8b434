# What outlives the connection: one process that notes how the command ends, and one that ends it at its time-out.

supervise() { # job directory, file with the text; leads a session of its own
  cd "$1" || exit
  note_owner || exit # without it nobody could stop the command
  trap '' HUP PIPE
  trap : TERM INT
  exec 5<&0 </dev/null
  (
    trap - HUP PIPE TERM INT
    umask 022
    cd /
    exec sh -e "$2"
  ) <&5 5<&- 8>&- &
  command=$!
  exec 4<&- 5<&- >/dev/null 2>&1 # what follows is not the command's
  while :; do # a signal interrupts `wait`
    wait $command
    code=$?
    kill -0 $command 2>/dev/null || break
  done
  note exit $code
  take_lock
  read_about
  finish # if this fails, the next request does it
}

expire() { # job directory, seconds; in a session of its own
  cd "$1" || exit
  exec 6<alive
  flock -s -w "$2" 6 && return
  mv late.new late
  end_session
}

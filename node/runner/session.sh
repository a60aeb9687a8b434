# The processes of a job: a session of their own, led by the job's supervisor.

start_of() { # prints when process $1 started, in clock ticks since boot: unlike a pid alone, both together are unique
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  set -- ${stat##*) }
  shift 19
  echo "$1"
}

note_owner() {
  read -r boot </proc/sys/kernel/random/boot_id
  note owner "$$ $(start_of $$) $boot"
}

members() { # prints the live processes of session $1 except its leader; a zombie counts as dead
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' |
    awk -v session="$1" '$5 == session && $1 != session && $2 !~ /^[ZX]/ { print $1 }'
}

# Ends the processes of the job in the current directory, with TERM first; its supervisor stays and notes the end.
# Must be called from another session.
end_session() {
  # A job that has ended owns no processes, and the session with its pid may be a stranger's by now.
  [ ! -s exit ] && [ ! -s ended ] || return 0
  await_owner
  [ -s owner ] || return 0
  read -r leader began boot <owner && is_number "$leader" || return 0
  read -r boot_now </proc/sys/kernel/random/boot_id
  now=$(start_of "$leader")
  # After a reboot, or when the pid belongs to another process, nothing of the job is left.
  [ "$boot" = "$boot_now" ] && { [ -z "$now" ] || [ "$now" = "$began" ]; } || return 0
  kill_members TERM || kill_members KILL
}

await_owner() { # a job that has just been started has not noted it yet
  tries=0
  until [ -s owner ] || ! is_running || [ $tries = 100 ]; do tries=$((tries + 1)); sleep 0.02; done
}

kill_members() { # signal; false when some are left after 5 s
  tries=0
  while pids=$(members "$leader") && [ -n "$pids" ]; do
    [ $tries -lt 25 ] || return 1
    # TERM only once: a second one could disturb a handler that cleans up.
    [ "$1" = TERM ] && [ $tries -gt 0 ] || kill -"$1" $pids 2>/dev/null
    tries=$((tries + 1))
    sleep 0.2
  done
}

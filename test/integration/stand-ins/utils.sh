# Stands in for what cf-release's control scripts share.
mkdir -p /var/vcap/sys/log/monit
exec >>"/var/vcap/sys/log/monit/$(basename "$0").log" 2>&1

pid_guard() {
  [ -f "$1" ] || return 0
  if [ -e "/proc/$(head -n 1 "$1")" ]; then
    echo "$2 runs already"
    exit 1
  fi
  rm "$1"
}

wait_pidfile() {
  local pid
  pid=$(head -n 1 "$1" 2>/dev/null)
  [ -z "$pid" ] || [ "${2:-0}" = 0 ] || kill "$pid"
  while [ -n "$pid" ] && [ -e "/proc/$pid" ]; do sleep 0.1; done
  rm -f "$1"
}

kill_and_wait() { wait_pidfile "$1" 1; }

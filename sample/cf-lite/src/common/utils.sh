# Sourced by every control script, which has set JOB (and SYSLOG, when logs also go to an aggregator).
#
# Daemons are put into the background, and their pid file, which is what monit looks at, is written when they truly work.
# Where nobody waits for a process, its script becomes the process, as most scripts of cf-release do.

export LANG=C.UTF-8 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN_DIR=/var/vcap/sys/run/$JOB
LOG_DIR=/var/vcap/sys/log/$JOB
PACKAGES=/var/vcap/packages
TOOLS=$PACKAGES/node_tools/bin
RUBY=/usr/local/bin/ruby

# monit may start what an operator is starting or stopping at the same moment; the second waits for the first.
mkdir -p "$RUN_DIR" "$LOG_DIR"
exec {LOCK}>"$RUN_DIR/.lock"
flock -w 50 "$LOCK" || exit 1

# make_folders OWNER FOLDER...: the job's run and log folders, and others it names.
make_folders() {
  local owner=$1
  shift
  mkdir -p "$RUN_DIR" "$LOG_DIR" "$@" && chown "$owner:$owner" "$RUN_DIR" "$LOG_DIR" "$@"
}

# libraries PACKAGE...: where the shared libraries of unpacked Debian packages lie.
libraries() {
  local package path=
  for package in "$@"; do
    path+=${path:+:}$(echo "$PACKAGES/$package"/usr/lib/*-linux-gnu)
  done
  echo "$path"
}

# started_at PID: when the process started, in clock ticks; nothing for a dead one or a zombie.
started_at() {
  sed -n 's/.*) \([^ZX]\) /\1 /p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# running PROCESS: prints its pid. A pid alone proves nothing: after a reboot it may belong to another process.
running() {
  local pid ticks
  read -r pid ticks 2>/dev/null <"$RUN_DIR/$1.launched" || return 1
  [ -n "$ticks" ] && [ "$(started_at "$pid")" = "$ticks" ] && echo "$pid"
}

# launch PROCESS USER COMMAND...: the command in the background, in a session of its own, its output to the log.
launch() {
  local process=$1 user=$2 relay pid
  shift 2
  rm -f "$RUN_DIR/$process.pid" "$RUN_DIR/$process.ready"
  exec {relay}> >(exec "$TOOLS/log_relay" "$LOG_DIR/$process.log" "$process" "$SYSLOG" >/dev/null 2>&1 {LOCK}>&-)
  setsid chpst -u "$user:$user" "$@" </dev/null >&"$relay" 2>&1 {relay}>&- {LOCK}>&- &
  pid=$!
  exec {relay}>&-
  echo "$pid $(started_at "$pid")" >"$RUN_DIR/$process.launched"
}

# await PROCESS SECONDS COMMAND...: until the command succeeds; a failure when the process dies or the time is over.
await() {
  local process=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! running "$process" >/dev/null; then
      echo "$process died while starting:" >&2
      tail -n 5 "$LOG_DIR/$process.log" >&2
      return 1
    fi
    if [ $SECONDS -ge $deadline ]; then
      echo "$process is not up in time: $*" >&2
      return 1
    fi
    sleep 0.1
  done
}

# mark_running PROCESS: from here on monit counts it as running.
mark_running() {
  running "$1" >"$RUN_DIR/$1.pid.new" && mv "$RUN_DIR/$1.pid.new" "$RUN_DIR/$1.pid"
}

# leave_if_running PROCESS: a second start is no error.
leave_if_running() {
  if [ -e "$RUN_DIR/$1.pid" ] && running "$1" >/dev/null; then
    echo "$1 is running already"
    exit 0
  fi
  stop_process "$1"
}

# start_process PROCESS USER PROBE TARGET COMMAND...: launch, wait for the probe (see health_probe), mark as running.
start_process() {
  local process=$1 user=$2 probe=$3 target=$4
  shift 4
  launch "$process" "$user" "$@"
  if await "$process" "${START_SECONDS:-30}" "$TOOLS/health_probe" "$probe" "$target"; then
    mark_running "$process"
  else
    stop_process "$process"
    exit 1
  fi
}

# start_service PROCESS COMMAND...: a Ruby service of ours; it says by itself when it is ready.
start_service() {
  local process=$1 user=${SERVICE_USER:-vcap}
  shift
  leave_if_running "$process"
  start_process "$process" "$user" file "$RUN_DIR/$process.ready" \
    env READY_FILE="$RUN_DIR/$process.ready" "$RUBY" -I "$PACKAGES/cf_lite_ruby/lib" "$@"
}

# become_service PROCESS COMMAND...: the same in this script's own place; monit counts it as running at once.
become_service() {
  local process=$1 user=${SERVICE_USER:-vcap}
  shift
  leave_if_running "$process"
  exec > >(exec "$TOOLS/log_relay" "$LOG_DIR/$process.log" "$process" "$SYSLOG" >/dev/null 2>&1 {LOCK}>&-) 2>&1
  echo "$$ $(started_at $$)" >"$RUN_DIR/$process.launched"
  mark_running "$process"
  exec chpst -u "$user:$user" env READY_FILE="$RUN_DIR/$process.ready" "$RUBY" -I "$PACKAGES/cf_lite_ruby/lib" "$@" \
    </dev/null {LOCK}>&-
}

# stop_process PROCESS [SIGNAL [SECONDS]]: asks, waits, then ends whatever is left of its session.
stop_process() {
  local process=$1 pid deadline=$((SECONDS + ${3:-15}))
  if pid=$(running "$process"); then
    kill -s "${2:-TERM}" "$pid"
    while running "$process" >/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.1; done
    kill -s KILL -- "-$pid" 2>/dev/null
    while running "$process" >/dev/null; do sleep 0.1; done
  fi
  rm -f "$RUN_DIR/$process.pid" "$RUN_DIR/$process.ready" "$RUN_DIR/$process.launched"
}

usage() {
  echo "usage: $0 start|stop" >&2
  exit 2
}

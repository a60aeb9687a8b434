import { ANSWER_END } from '../../domain/answer-end.ts';
import { type Command, sh } from '../../domain/command.ts';
import { curlMonit } from '../checks/curl-monit.ts';
import { INSTANCE } from '../checks/process-status.ts';

/** monit's answer. bash asks for it by itself: a curl would cost more than all the rest of a glance. */
const ASK_MONIT = sh`
  known=
  ask_monit() {
    user=
    read -r user </var/vcap/monit/monit.user
    if [ -n "$BASH_VERSION" ] && exec 9<>/dev/tcp/127.0.0.1/2822; then
      [ "$user" = "$known" ] || { known=$user && token=$(printf %s "$user" | base64 -w 0); }
      printf 'GET /_status?format=xml HTTP/1.0\r\nAuthorization: Basic %s\r\n\r\n' "$token" >&9
      read -r -t 5 -N 4000000 answer <&9
      exec 9>&-
      echo "$answer"
    else
      ${curlMonit(5)}
      echo
    fi
  }`;

/**
 * `look glance PID...` and `look full NAME...`: the node's state, read by the shell alone, except for the disk, once
 * a minute. A glance says which of the processes are gone, before monit's next cycle does; `full` also asks our script for the
 * instances.
 */
const LOOK = sh`
  ${ASK_MONIT}
  looks=0
  silent=no
  look() {
    mode=$1
    shift
    read -r line </proc/stat && echo "$line"
    while read -r key kib unit; do
      case $key in MemTotal: | MemFree: | MemAvailable: | Buffers: | Cached:) echo "$key $kib" ;; SwapCached:) break ;; esac
    done </proc/meminfo
    [ $((looks % 12)) -gt 0 ] || disk=$(df -Pk /)
    looks=$((looks + 1))
    echo "$disk"
    echo entries /var/vcap/monit/job/*.monitrc /var/vcap/monit/stopped/*.monitrc
    for note in /var/vcap/bosh/var/*.ends; do
      read -r line <"$note" && echo "ends $note $line"
    done
    # What has just kept a glance waiting in vain is not waited for once more.
    if [ "$mode" = full ] && [ "$silent" = yes ]; then echo; else answer= && ask_monit; fi
    if [ "$mode" = glance ] && [ -n "$BASH_VERSION" ] && [ -z "$answer" ]; then silent=yes; else silent=no; fi
    if [ "$mode" = full ]; then
      ${INSTANCE} statuses "$@" </dev/null || ask_one_by_one "$@"
    else
      for pid; do [ -e "/proc/$pid" ] || echo "gone $pid"; done
    fi
  }
  # Scripts of an older engine stay on a node until it is prepared, restarted or stopped.
  ask_one_by_one() {
    for name; do
      echo "@@instance $name"
      [ ! -e "/var/vcap/bosh/instances/$name/installed" ] || echo @@installed
      [ ! -e "/var/vcap/bosh/instances/$name/started" ] || echo @@started
      ${INSTANCE} status "$name" </dev/null
    done
  }`;

/** One look, everything. */
export const lookOnce = (names: readonly string[]): Command => ({
  text: `${LOOK.text}\n{ look full ${names.join(' ')}; } 2>/dev/null`,
  secrets: {},
});

/** In the command line of an engine's watch, which tells it from another engine's. */
export const watchMark = (engine: string): string => `watcher=${engine}`;

const answering = (engine: string): string =>
  `${watchMark(engine)}\n${LOOK.text}\nexec 2>/dev/null\nwhile read -r words; do look $words; echo ${ANSWER_END}; done`;

/** A program that looks whenever it is asked: `glance` and processes, or `full` and instances. */
export const lookWhenAsked = (engine: string): Command => sh`
  program=${answering(engine)}
  [ ! -x /bin/bash ] || exec /bin/bash -c "$program"
  exec /bin/sh -c "$program"`;

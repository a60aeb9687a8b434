import { ANSWER_END } from '../domain/answer-end.ts';
import { type Command, sh } from '../domain/command.ts';
import { INSTANCE } from './process-status.ts';

/**
 * `look glance|full NAME...`: what a node is at, with what the shell can do by itself; `full` asks for every instance by our
 * script too, which costs thirty processes. Only monit has to be asked by another program, and once a minute the disk.
 */
const LOOK = sh`
  looks=0
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
    user=
    read -r user </var/vcap/monit/monit.user
    curl -q -fsS --noproxy '*' -m 5 -u "$user" 'http://127.0.0.1:2822/_status?format=xml' </dev/null
    echo
    [ "$mode" = full ] || return 0
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

/** A program that looks whenever it is asked: `glance` or `full`, and the instances. */
export const LOOK_WHEN_ASKED: Command = {
  text: `${LOOK.text}\nexec 2>/dev/null\nwhile read -r words; do look $words; echo ${ANSWER_END}; done`,
  secrets: {},
};

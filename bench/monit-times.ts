import { curlMonit } from '../activities/checks/curl-monit.ts';
import { onNode } from './on-node.ts';

/** How long monit itself takes for one instance, in milliseconds. */
export interface MonitTimes {
  readonly stop: number;
  readonly start: number;
}

// From the command to monit's own answer, checked twenty times a second. monit is woken when it would only sleep until its
// next cycle, never while it works.
const MEASURE = `
monit=/var/vcap/bosh/bin/monit
daemon=$($monit --pid)
now() { echo $(($(date +%s%N) / 1000000)); }
states() {
  ${curlMonit(5).text} | tr -d '\\n' |
    sed 's/<service /\\n<service /g' | sed 's/<children>.*//' |
    sed -n 's/.*<name>\\([^<]*\\)<.*<status>\\([0-9]*\\)<.*<monitor>\\([0-9]*\\)<.*<pendingaction>\\([0-9]*\\)<.*/\\1=\\3 \\2 \\4/p'
}
# each ACTION STATE
each() {
  begun=$(now)
  for service in $services; do $monit "$1" "$service" >/dev/null 2>&1; done
  for service in $services; do
    while state=$(states | grep "^$service=") && [ "$state" != "$service=$2" ]; do
      case $state in *"=2 "*" 0") kill -USR1 "$daemon" ;; esac
      sleep 0.05
    done
  done
  took=$(($(now) - begun))
}
for name; do
  services=$(/var/vcap/bosh/bin/instance status "$name" | cut -d' ' -f1)
  each stop '0 0 0'
  stop=$took
  each start '1 0 0'
  echo "$name $stop $took"
done
# What was stopped on purpose has not failed.
rm -f /var/vcap/bosh/var/*.ends`;

/** Stops and starts instances of a test node with monit alone, one after the other: all, or those named. */
export async function monitTimes(address: string, names?: readonly string[]): Promise<Map<string, MonitTimes>> {
  const chosen = names ?? (await installedOn(address));
  const told = await onNode(address, MEASURE, chosen);
  return new Map(
    told.split('\n').map((line) => {
      const [name = '', stop, start] = line.split(' ');
      return [name, { stop: Number(stop), start: Number(start) }];
    }),
  );
}

const installedOn = async (address: string): Promise<string[]> =>
  (await onNode(address, 'cd /var/vcap/bosh/instances && ls -d */installed | cut -d/ -f1')).split('\n');

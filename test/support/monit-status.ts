import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Answer of monit 5.33 with nats being restarted, nats_stream_forwarder missing, dea_next being unmonitored.
export const STATUS = readFileSync(
  fileURLToPath(new URL('../node/monit/fixtures/status-5.33.xml', import.meta.url)),
  'utf8',
);

/** What monit 5.33 says of a file that is there; its summary calls it accessible, in later versions OK. */
export const FILE =
  '<service type="2"><name>nfs_mounter</name><collected_sec>1795602043</collected_sec>' +
  '<collected_usec>12335</collected_usec><status>0</status><status_hint>0</status_hint><monitor>1</monitor>' +
  '<monitormode>0</monitormode><onreboot>0</onreboot><pendingaction>0</pendingaction><mode>644</mode><uid>0</uid>' +
  '<gid>0</gid><timestamps><access>1795602038</access></timestamps><size>0</size></service>';

export interface State {
  readonly monitor: number;
  readonly status?: number;
  readonly pending?: number;
}

export const RUNNING: State = { monitor: 1 };
export const STOPPED: State = { monitor: 0 };

/** monit's answer with the state of some services replaced. */
export const statusOf = (states: Readonly<Record<string, State>>): string =>
  Object.entries(states).reduce(
    (xml, [name, { monitor, status = 0, pending = 0 }]) =>
      xml.replace(
        new RegExp(`(<name>${name}</name>.*?<status>)\\d+(</status>.*?<monitor>)\\d(</monitor>.*?<pendingaction>)\\d`),
        `$1${status}$2${monitor}$3${pending}`,
      ),
    STATUS,
  );

export const FORWARDER_RUNS = statusOf({ nats: RUNNING, nats_stream_forwarder: RUNNING });
export const ALL_STOPPED = statusOf({ nats: STOPPED, nats_stream_forwarder: STOPPED });

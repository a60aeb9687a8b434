// An engine whose programs are stand-ins: `engine.ts <data folder> <specification as JSON>`.
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { answersTcp } from '../../support/answers-tcp.ts';
import { startEngine } from '../../../server/engine.ts';
import type { Program } from '../../../server/supervise/program.ts';

export interface StandIn {
  readonly name: string;
  readonly port: number;
  /** How the stand-in behaves; see stand-in.ts. */
  readonly as: 'server' | 'stubborn' | 'hopeless';
}

const [dataDir = '', specification = '[]'] = process.argv.slice(2);
const script = fileURLToPath(new URL('stand-in.ts', import.meta.url));

const program = ({ name, port, as }: StandIn): Program => ({
  name,
  command: [process.execPath, script, name, String(port), as],
  env: { ...process.env, JOURNAL: `${dataDir}/journal` },
  ports: [{ host: '127.0.0.1', port, setting: 'THE_SETTING' }],
  stopWithin: 1000,
  async untilReady(signal) {
    while (!(await answersTcp({ host: '127.0.0.1', port }))) await sleep(20, undefined, { signal });
  },
});

try {
  const stages = (JSON.parse(specification) as StandIn[][]).map((stage) => stage.map(program));
  const engine = await startEngine({ dataDir, log: pino({ level: 'silent' }), stages });
  process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)));
  await engine.ready;
  console.log('ready');
} catch (error) {
  console.log(String(error));
  process.exit(3);
}

import { instanceTag } from '../domain/instance.ts';
import type { EngineClient } from '../sample/demo/engine-client.ts';
import { longestChain } from './longest-chain.ts';
import { type MonitTimes, monitTimes } from './monit-times.ts';
import { printGoal } from './print-goal.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

/** Restarts one instance, then stops, starts and restarts all, and compares with monit alone; needs a sample cluster. */
export async function operate(client: EngineClient): Promise<void> {
  const rows = (await client.call('GET', '/status')) as { readonly Comp: string; readonly Ip: string }[];
  for (let round = 0; round < ROUNDS; round++) await restartOne(client, rows.find(({ Comp }) => Comp === 'nats')?.Ip);

  const addresses = [...new Set(rows.map(({ Ip }) => Ip))];
  const before = await timesOf(addresses);
  const parts: Part[] = [];
  for (const { name, operation, timeOf } of ALL) parts.push({ name, timeOf, ...(await ask(client, operation)) });
  const after = await timesOf(addresses);
  for (const { name, timeOf, ms, run } of parts) {
    const { instances } = await client.run(run);
    const worked = instances.map(({ id, address = '', needs = [], steps }) => {
      return { id, address, needs, startedAt: Date.parse(steps[0]?.startedAt ?? '') };
    });
    const mean = (id: string): number => {
      const both = [before, after].flatMap((times) => times.get(instanceTag(id)) ?? []);
      return both.reduce((sum, each) => sum + timeOf(each), 0) / both.length;
    };
    const chain = longestChain(worked, { timeOf: mean, rolls: name !== 'stop all' });
    printGoal({
      name: `${name} (${worked.length})`,
      ms,
      yardstick: { name: 'monit, longest chain', ms: chain },
      atMost: { words: '1.5 x', ms: 1.5 * chain },
    });
  }
}

const ALL = [
  { name: 'stop all', operation: 'stop', timeOf: ({ stop }: MonitTimes) => stop },
  { name: 'start all', operation: 'restart', timeOf: ({ start }: MonitTimes) => start },
  { name: 'restart all', operation: 'restart', timeOf: ({ stop, start }: MonitTimes) => stop + start },
] as const;

interface Part {
  readonly name: string;
  readonly timeOf: (times: MonitTimes) => number;
  readonly ms: number;
  readonly run: number;
}

async function restartOne(client: EngineClient, address = ''): Promise<void> {
  const name = 'nats_0';
  const before = (await monitTimes(address, [name])).get(name);
  const { ms } = await ask(client, 'restart', { name: 'nats', ip: address });
  const after = (await monitTimes(address, [name])).get(name);
  const own =
    [before, after].flatMap((times) => times ?? []).reduce((sum, { stop, start }) => sum + stop + start, 0) / 2;
  printGoal({
    name: 'restart one (nats/0)',
    ms,
    yardstick: { name: 'monit', ms: own },
    atMost: { words: '+ 2 s', ms: own + 2000 },
  });
}

async function ask(client: EngineClient, operation: 'restart' | 'stop', what = { name: 'all', ip: '0.0.0.0' }) {
  const begun = performance.now();
  const { run } = (await client.call('PUT', `/${operation}`, what)) as { readonly run: number };
  return { ms: performance.now() - begun, run };
}

/** All nodes at the same time, as in a run. */
async function timesOf(addresses: readonly string[]): Promise<Map<string, MonitTimes>> {
  const times = await Promise.all(addresses.map((address) => monitTimes(address)));
  return new Map(times.flatMap((each) => [...each]));
}

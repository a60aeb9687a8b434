import { expect, it } from 'vitest';
import type { ClusterContext } from '../../activities/cluster-contexts.ts';
import { watchNodes } from '../../activities/watch-nodes.ts';
import { instancesOf } from '../../domain/instance.ts';
import type { Connections } from '../../ssh/connections.ts';
import { line, runStart } from '../store/samples.ts';
import { openSqlite, useStores } from '../store/stores.ts';
import { until } from '../support/until.ts';
import { nodeContext } from './samples.ts';

const opened = useStores(openSqlite);

const HUNG = '10.0.0.1';
const WELL = '10.0.0.2';
const instances = instancesOf([
  { component: 'nats', address: HUNG, number: 0 },
  { component: 'nats', address: WELL, number: 1 },
]);
const load = async () => ({ configuration: nodeContext().configuration, instances }) as unknown as ClusterContext;

async function watched(node: (address: string) => Promise<never>) {
  const store = await opened();
  const { number } = await store.runs.begin(runStart('a'));
  await store.runs.finish(number, 'ok', undefined, line('end', 'local'));
  const end = new AbortController();
  const connections = { node, close: async () => {} } as unknown as Connections;
  const contexts = { load, preview: load };
  const logins = { of: async () => nodeContext().configuration.properties };
  const watching = watchNodes({ store, contexts, connections, logins }, { signal: end.signal, roundMs: 20 });
  return { store, watching, end };
}

it('keeps looking at every other node while one does not answer', async () => {
  const looks: Record<string, number> = {};
  const { store, watching, end } = await watched(async (address) => {
    looks[address] = (looks[address] ?? 0) + 1;
    if (address === HUNG) await new Promise(() => undefined);
    return { read: async () => ({ stdout: '' }) } as never;
  });
  await until(() => (looks[WELL] ?? 0) >= 3, 'the well node is looked at three times');
  expect(looks[HUNG]).toBe(1);
  expect((await store.statuses.all()).map(({ address }) => address)).toEqual([WELL]);
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('fails on a defect of its own, whichever node it came with', async () => {
  const { watching } = await watched(async (address) => {
    if (address === HUNG) await new Promise(() => undefined);
    throw new TypeError('oh');
  });
  await expect(watching).rejects.toThrow('oh');
});

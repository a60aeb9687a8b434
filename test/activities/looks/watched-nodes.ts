import { watchNodes } from '../../../activities/looks/watch-nodes.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import { instancesOf } from '../../../domain/instance.ts';
import type { Connections } from '../../../ssh/connections.ts';
import { line, runStart } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { nodeContext } from '../samples.ts';

const opened = useStores(openSqlite);

export const HUNG = '10.0.0.1';
export const WELL = '10.0.0.2';
const instances = instancesOf([
  { component: 'nats', address: HUNG, number: 0 },
  { component: 'nats', address: WELL, number: 1 },
]);
const loading = (all: typeof instances) => async () =>
  ({ configuration: nodeContext().configuration, instances: all }) as unknown as ClusterContext;

export const unclaimed = async () => ({ stdout: '' });

/** A watch of nodes, which `end` ends. */
export async function watched(
  node: (address: string) => Promise<never>,
  {
    answers = async () => true,
    roundMs = 200,
    all = instances,
  }: { answers?: Connections['answers']; roundMs?: number; all?: typeof instances } = {},
) {
  const load = loading(all);
  const store = await opened();
  const { number } = await store.runs.begin(runStart('a'));
  await store.runs.finish(number, 'ok', undefined, line('end', 'local'));
  const end = new AbortController();
  const connections = { node, answers, close: async () => {} } as unknown as Connections;
  const contexts = { load, serving: load, preview: load };
  const logins = { of: async () => nodeContext().configuration.properties };
  const watching = watchNodes(
    { store, contexts, connections, logins, engine: nodeContext().engine },
    { signal: end.signal, roundMs },
  );
  return { store, watching, end };
}

export const manyNodes = (length: number): typeof instances =>
  instancesOf(
    Array.from({ length }, (_, number) => ({ component: 'nats' as const, address: `10.1.0.${number}`, number })),
  );

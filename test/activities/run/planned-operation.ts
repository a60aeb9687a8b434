import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aborted } from '../../../activities/boundary/aborted.ts';
import { planTheOperation } from '../../../activities/run/plan-operation.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { instanceId } from '../../../domain/instance.ts';
import { inEnglish, type Text } from '../../../domain/text/text.ts';
import type { Care } from '../../../ssh/connect/care.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun, configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run as runOnNode } from '../shell.ts';
import { dependencies } from '../workplace.ts';

const opened = useStores(openSqlite);
export const [A, B] = ['10.10.101.181', '10.10.101.182'];

interface Node {
  /** `nats_0` and the like. */
  readonly installed?: readonly string[];
  /** The same, of those whose next installation has broken off. */
  readonly brokenOff?: readonly string[];
  readonly fence?: number;
  /** The machine that its last run came from. Default: it keeps none. */
  readonly machine?: string;
  readonly failure?: DeploymentEngineError;
  /** Its login never ends by itself. */
  readonly isMute?: boolean;
  /** Milliseconds before it may be shown another password. */
  readonly waits?: number;
}

/** As a connection does: nobody is let in before the wait is over. */
async function loggedIn({ isMute = false, waits, ...node }: Node, care?: Care): Promise<NodeSession> {
  if (waits !== undefined) {
    care?.onWait?.(waits);
    return aborted(care?.signal ?? AbortSignal.abort());
  }
  return isMute ? new Promise(() => {}) : sessionOf(node);
}

/** A node whose folders are real and that answers under a real shell. */
function sessionOf({ installed = [], brokenOff = [], fence = 0, machine, failure }: Node): NodeSession {
  if (failure !== undefined) throw failure;
  const root = temporaryFolder();
  for (const [marker, names] of Object.entries({ installed, 'installed.previous': brokenOff }))
    for (const name of names) {
      mkdirSync(join(root, 'var/vcap/bosh/instances', name), { recursive: true });
      writeFileSync(join(root, 'var/vcap/bosh/instances', name, marker), 'fingerprint f\n');
    }
  if (machine !== undefined) {
    const folder = join(root, 'var/lib/deployment-engine');
    mkdirSync(folder, { recursive: true });
    for (const name of ['owner', 'fence']) writeFileSync(join(folder, name), `engine-a 1 ${fence}\n`);
    writeFileSync(join(folder, 'visitor'), `engine-a 1 ${fence} {"host":"control-1","machine":"${machine}"}\n`);
  }
  const read: NodeSession['read'] = async (command) => ({
    ...runOnNode(command, { root }),
    signal: undefined,
    stderr: '',
    durationMs: 0,
    position: 0,
    fence: { engine: 'engine-a', generation: 1, run: fence },
    owner: 'engine-a',
  });
  return { read } as NodeSession;
}

/** Plans for nats/0 on A, nats/1 on B and uaa/0 on B. */
export async function planned(
  nodes: Readonly<Record<string, Node>>,
  {
    operation = 'restart' as 'restart' | 'stop',
    ids = ['nats/0', 'nats/1', 'uaa/0'],
    inside = 0,
    nodeMs = 20_000,
    wanted = ['nats/0', 'nats/1', 'uaa/0'],
    installed = ['nats/0', 'nats/1', 'uaa/0'],
  } = {},
) {
  const store: Store = await opened();
  await store.engine.workFrom({ machine: 'b', host: 'control-2' });
  await store.nodes.ensureNumbers([
    { component: 'nats', address: A },
    { component: 'nats', address: B },
    { component: 'uaa', address: B },
  ]);
  const run = await beginRun(store);
  for (const { component, number, address } of await store.nodes.numbers()) {
    const id = instanceId(component, number);
    if (installed.includes(id))
      await store.installed.note({ id, component, number, address }, { revision: 1, release: 'cf-170' });
  }
  const said: string[] = [];
  const book = {
    aboveFences: async (number: number) => {
      const seen = Math.max(...(await store.surveys.of(number)).map(({ fence }) => fence));
      return store.runs.raise(number, seen);
    },
    say: async (_run: number, line: Text) => void said.push(inEnglish(line)),
  };
  const cluster = {
    configuration: configuration(),
    instances: wanted.map((id) => ({ id })),
  } as unknown as ClusterContext;
  const deps = {
    ...dependencies(store),
    logins: { of: async () => ({}) as never },
    contexts: { ...dependencies(store).contexts, serving: async () => cluster },
    connections: {
      ...dependencies(store).connections,
      node: (address: string, _login: unknown, _as: unknown, care?: Care) => loggedIn(nodes[address] ?? {}, care),
    },
  };
  const { signal } = new AbortController();
  const input = { run, operation, instances: ids, ...(inside === 0 ? {} : { inside }), signal, nodeMs };
  return { plan: await planTheOperation(deps, book, input), store, said };
}

export const UP = { [A]: { installed: ['nats_0'] }, [B]: { installed: ['nats_1', 'uaa_0'] } };
export const silent = new DeploymentEngineError('NodeUnreachable', `${B} cannot be reached`);

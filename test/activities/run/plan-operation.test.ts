import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aborted } from '../../../activities/boundary/aborted.ts';
import { planTheOperation } from '../../../activities/run/plan-operation.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { inEnglish, type Text } from '../../../domain/text/text.ts';
import type { Care } from '../../../ssh/connect/node-connection.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun, configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run as runOnNode } from '../shell.ts';
import { dependencies } from '../workplace.ts';

const opened = useStores(openSqlite);
const [A, B] = ['10.10.101.181', '10.10.101.182'];

interface Node {
  /** `nats_0` and the like. */
  readonly installed?: readonly string[];
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
function sessionOf({ installed = [], fence = 0, machine, failure }: Node): NodeSession {
  if (failure !== undefined) throw failure;
  const root = temporaryFolder();
  for (const name of installed) {
    mkdirSync(join(root, 'var/vcap/bosh/instances', name), { recursive: true });
    writeFileSync(join(root, 'var/vcap/bosh/instances', name, 'installed'), 'fingerprint f\n');
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
async function planned(
  nodes: Readonly<Record<string, Node>>,
  {
    operation = 'restart' as 'restart' | 'stop',
    ids = ['nats/0', 'nats/1', 'uaa/0'],
    inside = 0,
    nodeMs = 20_000,
    wanted = ['nats/0', 'nats/1', 'uaa/0'],
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

const UP = { [A]: { installed: ['nats_0'] }, [B]: { installed: ['nats_1', 'uaa_0'] } };
const silent = new DeploymentEngineError('NodeUnreachable', `${B} cannot be reached`);

it('plans a restart in the order of a start, and keeps the plan', async () => {
  const { plan, store } = await planned(UP);
  expect(plan).toEqual({
    run: 1,
    absent: [],
    instances: [
      { id: 'nats/0', address: A, needs: [] },
      { id: 'nats/1', address: B, needs: [] },
      { id: 'uaa/0', address: B, needs: [{ component: 'nats', mode: 'any', hard: true }] },
    ],
  });
  expect((await store.runs.plan(1))?.instances[2]).toMatchObject({
    id: 'uaa/0',
    steps: ['restart'],
    reasons: ['restart asked for by an operator'],
  });
});

it('plans a stop the other way round', async () => {
  const { plan } = await planned(UP, { operation: 'stop' });
  expect(plan.instances.map(({ id, needs }) => ({ id, waitsFor: needs.map(({ component }) => component) }))).toEqual([
    { id: 'nats/0', waitsFor: ['uaa'] },
    { id: 'nats/1', waitsFor: ['uaa'] },
    { id: 'uaa/0', waitsFor: [] },
  ]);
});

it('begins nothing where a node does not answer', async () => {
  const { plan, store } = await planned({ ...UP, [B]: { failure: silent } });
  expect(plan).toEqual({
    run: 1,
    instances: [],
    absent: [],
    refusal: { code: 'NodeUnreachable', message: `${B} cannot be reached; nothing was restarted` },
  });
  expect(await store.runs.plan(1)).toBeUndefined();
});

it('names what is wrong rather than what is silent, with all that it has met', async () => {
  const wrong = new DeploymentEngineError('HostKeyMismatch', `${A} has another host key`);
  const { plan } = await planned({ [A]: { failure: wrong }, [B]: { failure: silent } }, { operation: 'stop' });
  expect(plan.refusal).toEqual({
    code: 'HostKeyMismatch',
    message: `${A} has another host key; ${B} cannot be reached; nothing was stopped`,
  });
});

it.each(['own', 'inside a parked one'])(
  'keeps nobody waiting for a node that never lets us in (run: %s)',
  async (run) => {
    const { plan } = await planned({ ...UP, [B]: { isMute: true } }, { nodeMs: 50, inside: run === 'own' ? 0 : 1 });
    expect(plan.refusal).toEqual({
      code: 'CommandTimedOut',
      message: `${B} has not answered within 1 s; nothing was restarted`,
    });
  },
);

it('tells at once that a node may be shown no further password', async () => {
  const { plan } = await planned({ ...UP, [B]: { waits: 42_500 } }, { operation: 'stop' });
  expect(plan.refusal).toEqual({
    code: 'AuthenticationFailed',
    message: `${B} has refused two passwords: no more are tried for 43 s, so that the account is not locked; nothing was stopped`,
  });
});

it('leaves out what is not installed, and says so', async () => {
  const { plan, said } = await planned({ ...UP, [A]: {} });
  expect([plan.instances.map(({ id }) => id), plan.absent]).toEqual([['nats/1', 'uaa/0'], ['nats/0']]);
  expect(said).toEqual(['nats/0 is not installed']);
});

it('refuses to restart what is not installed; to stop it there is nothing to do', async () => {
  const ids = ['nats/0'];
  expect((await planned({}, { ids })).plan.refusal).toMatchObject({ code: 'JobNotRunning' });
  expect((await planned({}, { ids, operation: 'stop' })).plan).toEqual({ run: 1, instances: [], absent: ids });
});

it('goes on above the runs that nodes have seen', async () => {
  const { plan, store } = await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 40 } });
  expect(plan.run).toBe(41);
  expect(await store.runs.plan(41)).toMatchObject({ run: 41 });
});

it('leaves the plan of a parked deploy alone, and notes in its log what is done', async () => {
  const { plan, store, said } = await planned(UP, { inside: 2 });
  expect(plan.run).toBe(1);
  expect(await store.runs.plan(1)).toBeUndefined();
  expect(said).toEqual(['restart inside this run: nats/0, nats/1, uaa/0']);
});

it('refuses what never existed', async () => {
  await expect(planned(UP, { ids: ['nats/7'] })).rejects.toMatchObject({ code: 'InvalidRequest' });
});

describe('what nobody wants any more', () => {
  const wanted = ['nats/0'];
  const dead = { ...UP, [B]: { failure: silent } };
  const why = `no longer wanted, cleaned by the next deploy; ${B} cannot be reached`;

  it.each(['restart', 'stop'] as const)('keeps no %s waiting for its machine', async (operation) => {
    const { plan, said } = await planned(dead, { operation, wanted });
    expect(plan).toMatchObject({ absent: [], left: { 'nats/1': why, 'uaa/0': why } });
    expect(plan).not.toHaveProperty('refusal');
    expect(plan.instances.map(({ id }) => id)).toEqual(['nats/0']);
    expect(said).toContain(`nats/1 is left as it is: ${why}`);
  });

  it('is refused where it alone is asked for', async () => {
    const { plan } = await planned(dead, { operation: 'stop', wanted, ids: ['nats/1'] });
    expect(plan.refusal?.code).toBe('NodeUnreachable');
    const again = await planned(dead, { wanted, ids: ['nats/1'] });
    expect(again.plan.refusal).toEqual({
      code: 'NodeUnreachable',
      message: `${B} cannot be reached; nothing was restarted`,
    });
  });

  // It serves until a deploy has taken it away, also where the deploy that did not want it came to nothing.
  it.each(['restart', 'stop'] as const)('has its %s where its machine answers', async (operation) => {
    expect((await planned(UP, { operation, wanted })).plan.instances).toHaveLength(3);
    const { plan } = await planned(UP, { operation, wanted, ids: ['nats/1'] });
    expect(plan.instances.map(({ id }) => id)).toEqual(['nats/1']);
  });

  it('does not hide that a machine with something wanted is silent', async () => {
    const { plan } = await planned(dead, { wanted: ['nats/0', 'uaa/0'] });
    expect(plan.refusal?.code).toBe('NodeUnreachable');
  });
});

it('restarts nothing on a node that a copy of this engine was at work on', async () => {
  const { plan } = await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 9, machine: 'a' } });
  expect(plan).toMatchObject({
    instances: [],
    refusal: { code: 'DuplicateController' },
  });
  expect(
    (await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 9, machine: 'b' } })).plan.refusal,
  ).toBeUndefined();
});

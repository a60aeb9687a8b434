import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { beforeEach, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createPreviewPlan } from '../../../activities/looks/preview-plan.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import type { Configuration } from '../../../domain/configuration.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { instancesKnownBy } from '../../../domain/instance.ts';
import type { Inspection } from '../../../domain/node/inspection.ts';
import type { PlanPreview } from '../../../domain/plan/plan-preview.ts';
import type { Release } from '../../../domain/release/release.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { Connections } from '../../../ssh/connections.ts';
import type { Store } from '../../../store/store.ts';
import { configuration, upTo } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { NATS, nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const RELEASE = { name: 'cf', version: '170', sha256: 'aa'.repeat(32) } as Release;

const openStore = useStores(openSqlite);

let store: Store;
let deps: ActivityDependencies;
/** Whom each way to nodes was asked for, with which password. */
let asked: { readonly own: string[]; readonly guest: string[] };
let atOnce: { now: number; most: number };
let isClosed: boolean;
/** Nodes that were judged, with the password that their checks would compare. */
let judged: string[];

beforeEach(async () => {
  store = await openStore();
  asked = { own: [], guest: [] };
  atOnce = { now: 0, most: 0 };
  isClosed = false;
  judged = [];
  const given = dependencies(store);
  const silent = (log: string[]): Connections => ({
    ...given.connections,
    node: async (address, login) => {
      log.push(`${address} ${login.password?.reveal() ?? 'no password'}`);
      atOnce.most = Math.max(atOnce.most, (atOnce.now += 1));
      await new Promise(setImmediate);
      atOnce.now -= 1;
      throw new DeploymentEngineError('NodeUnreachable', `no route to ${address}`);
    },
    close: async () => void (isClosed = true),
  });
  deps = {
    ...given,
    mirror: { ...given.mirror, release: async () => RELEASE },
    logins: {
      of: async ({ properties: { user, password, rootPassword } }): Promise<Login> => ({
        user,
        password,
        rootPassword,
      }),
    },
    connections: silent(asked.own),
    visit: () => ({ connections: silent(asked.guest), fingerprint: (address) => `SHA256:${address}` }),
    contexts: { ...given.contexts, preview: async (made) => contextFor(made) },
  };
});

function contextFor(made: Configuration): ClusterContext {
  return {
    configuration: made,
    release: RELEASE,
    instances: instancesKnownBy([], made.components),
    ports: [],
    node: (address: string) => {
      judged.push(`${address} ${made.properties.password.reveal()}`);
      const own = instancesKnownBy([], made.components).filter((instance) => instance.address === address);
      return { ...nodeContext(), address, instances: own.map((instance) => ({ ...NATS, instance })) };
    },
  } as unknown as ClusterContext;
}

async function preview(inspection: Inspection, nodeMs?: number): Promise<PlanPreview> {
  const id = await store.inspections.ask(inspection);
  const activity = { cancellationSignal: new AbortController().signal, heartbeat: () => {} } as unknown as Context;
  await asyncLocalStorage.run(activity, () => createPreviewPlan(deps, nodeMs)({ inspection: id }));
  const answer = await store.inspections.answerOf<'preview'>(id);
  if (answer === undefined) throw new Error('it has not answered');
  return answer;
}

const posted = async (...args: Parameters<typeof configuration>): Promise<Configuration> =>
  (await store.configurations.accept(configuration(...args), {})).configuration;

it('says what a deploy would do where nothing was deployed yet', async () => {
  const answer = await preview({ configuration: await posted() });
  expect(answer).toMatchObject({
    revision: 1,
    release: { name: 'cf', version: '170', sha256: RELEASE.sha256 },
    nodes: [{ address: '10.0.0.1', change: 'unreachable' }],
    instances: [{ id: 'nats/0', change: 'added' }],
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('has the DNS record of the cluster, and what name servers lack of it', async () => {
  const { dns } = await preview({ configuration: await posted({ haproxy: ['10.0.0.1'] }) });
  expect(dns).toMatchObject({ record: '*.cf.test. IN A 10.0.0.1', isThere: false });
  expect(dns?.findings).toContainEqual(expect.objectContaining({ check: 'dns', severity: 'slows' }));
});

it('looks also where only something is that is no longer wanted', async () => {
  const left = { id: 'uaa/0', component: 'uaa', number: 0, address: '10.0.0.9' } as const;
  await store.installed.note(left, { revision: 1, release: '' });
  const { instances } = await preview({ configuration: await posted() });
  expect(asked.own.map((each) => each.replace(/ .*/, '')).toSorted()).toEqual(['10.0.0.1', '10.0.0.9']);
  expect(instances.map(({ id, change }) => [id, change])).toContainEqual(['uaa/0', 'removed']);
});

it('looks at fifty nodes at once', async () => {
  await preview({ configuration: await posted({ dea: upTo(60).map((last) => `10.0.1.${last}`) }) });
  expect(asked.own).toHaveLength(60);
  expect(atOnce.most).toBe(50);
});

it('waits for no node that lets us in and then says nothing', async () => {
  const { node } = deps.connections;
  const never = new Promise<never>(() => {});
  deps = {
    ...deps,
    connections: {
      ...deps.connections,
      node: (address, ...rest) => (address === '10.0.0.2' ? never : node(address, ...rest)),
    },
  };
  const { nodes } = await preview({ configuration: await posted({ nats: ['10.0.0.1', '10.0.0.2'] }) }, 50);
  expect(nodes.map(({ address, change }) => [address, change])).toEqual([
    ['10.0.0.1', 'unreachable'],
    ['10.0.0.2', 'unreachable'],
  ]);
});

it('shows the host key of a node that nobody has met before', async () => {
  await store.nodes.pinHostKey('10.0.0.1', 'SHA256:pinned');
  const candidate = { masked: [] };
  const { nodes } = await preview({ configuration: configuration({ nats: ['10.0.0.1', '10.0.0.2'] }), candidate });
  expect(nodes.map(({ address, hostKey }) => [address, hostKey])).toEqual([
    ['10.0.0.1', undefined],
    ['10.0.0.2', 'SHA256:10.0.0.2'],
  ]);
});

it('shows a stored password to no address that was not posted', async () => {
  await posted();
  const candidate = { masked: ['password', 'rootPassword'] } as const;
  await preview({ configuration: configuration({ nats: ['10.0.0.1', '10.0.0.2'] }), candidate });
  expect({ own: asked.own, guest: asked.guest.toSorted() }).toEqual({
    own: [],
    guest: ['10.0.0.1 first password', '10.0.0.2 no password'],
  });
  expect(isClosed).toBe(true);
  // Nor in a check of theirs.
  expect([...new Set(judged)].toSorted()).toEqual(['10.0.0.1 first password', '10.0.0.2 ']);
});

it('keeps nothing', async () => {
  const before = await posted();
  await preview({ configuration: configuration({ nats: ['10.0.0.2'] }), candidate: { masked: [] } });
  expect(await store.nodes.numbers()).toEqual([]);
  expect((await store.configurations.newest())?.configuration).toEqual(before);
  expect(await store.runs.list({ limit: 1 })).toEqual([]);
});

it('is refused once nobody waits any more', async () => {
  const activity = { heartbeat: () => {} } as unknown as Context;
  await expect(
    asyncLocalStorage.run(activity, () => createPreviewPlan(deps)({ inspection: 'gone' })),
  ).rejects.toMatchObject({ code: 'InvalidRequest' });
});

import { beforeEach, expect, it } from 'vitest';
import type { SeenClaim } from '../../../domain/node/seen-claim.ts';
import type { ClusterStatus } from '../../../workflows/messages.ts';
import { beginRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

type Answer = Record<string, unknown> & {
  readonly hosts: readonly Record<string, unknown>[];
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
};

let gateway: Gateway;
let nodes: string[];
let looked: readonly string[] | undefined;
let seen: Readonly<Record<string, Partial<Extract<SeenClaim, { owner: string }>> | { readonly error: string }>>;

const CLAIM = { owner: 'engine-b', generation: 4, host: 'control-2', since: undefined, signs: [], instances: [] };

beforeEach(async () => {
  gateway = await startGateway();
  [nodes, looked, seen] = [[], undefined, {}];
  gateway.cluster.inspect = async (question, inspection) => {
    const asked = await gateway.store.inspections.asked(inspection);
    looked = asked?.addresses;
    expect(question).toBe('claims');
    const claims = (looked ?? []).map((address) => ({ address, ...CLAIM, ...seen[address] }) as SeenClaim);
    await gateway.store.inspections.answer<'claims'>(inspection, claims);
  };
});

async function post(): Promise<void> {
  await postConfiguration(gateway);
  const newest = await gateway.store.configurations.newest();
  nodes = [...new Set(Object.values(newest?.configuration.components ?? {}).flat())];
}

async function adopt(body?: unknown): Promise<{ readonly status: number; readonly json: Answer }> {
  const answer = await gateway.fetch('/deployment-engine/hosts/adopt', {
    method: 'POST',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Answer };
}

const allowed = () => Promise.all(nodes.map((address) => gateway.store.adoptions.of(address)));
const notes = async () =>
  (await gateway.store.log.read(0, { from: 0, limit: 100 }))
    .map(({ line }) => line)
    .filter((line) => line.startsWith('host '));
const during = (phase: ClusterStatus['phase']): ClusterStatus => ({
  run: 3,
  revision: 1,
  phase,
  parked: [],
  working: [],
  waiting: [],
  used: { updates: 0, events: 0 },
});

it('takes over all nodes of the configuration, above the generation that was seen, and notes who said so', async () => {
  await post();
  const id = (await gateway.store.engine.identity()).id;
  seen = { [nodes[0] ?? '']: { owner: id }, [nodes[1] ?? '']: { owner: '' }, [nodes[2] ?? '']: { generation: 9 } };
  const { status, json } = await adopt();
  expect([status, json['generation'], looked]).toEqual([200, 10, nodes]);
  expect(json.hosts.map(({ result }) => result)).toEqual(['own', 'unclaimed', ...nodes.slice(2).map(() => 'adopted')]);
  const adopted = { result: 'adopted', owner: 'engine-b', host: 'control-2', since: null, instances: [] };
  expect(json.hosts[2]).toEqual({ ip: nodes[2], ...adopted });
  expect((await allowed()).slice(0, 3)).toEqual([undefined, undefined, { owner: 'engine-b', generation: 9 }]);
  expect((await notes())[0]).toBe(`host ${nodes[2]}: may be taken over from the engine engine-b; by loopback`);
});

it('takes a node over from a copy of itself, unless that is at work', async () => {
  await post();
  const owner = (await gateway.store.engine.identity()).id;
  const copy = 'control-1, whose run 12 was here last';
  const [first = '', second = ''] = nodes;
  seen = {
    [first]: { owner, generation: 1, copy, host: 'control-1', instances: ['nats/0'] },
    [second]: { owner, generation: 1, copy, signs: ['a command of its run 12 runs there; it ends by itself'] },
  };
  const { status, json } = await adopt({ hosts: [first, second] });
  expect([status, json['generation'], json.hosts.map(({ result }) => result)]).toEqual([
    200,
    2,
    ['adopted', 'refused'],
  ]);
  expect(json.hosts[1]).toMatchObject({
    code: 'DuplicateController',
    reason: `a copy of this engine on ${copy} is at work on ${second}: a command of its run 12 runs there; it ends by itself. Stop it first`,
  });
  expect((await allowed()).slice(0, 2)).toEqual([{ owner, generation: 1 }, undefined]);
});

it('takes over what is named, once more without harm, also while a run waits for a decision', async () => {
  await post();
  gateway.cluster.status = async () => during('parked');
  const ip = nodes[0] ?? '';
  const answers = await Promise.all([adopt({ hosts: [`::ffff:${ip}`, ip] }), adopt({ hosts: [ip] })]);
  expect(answers.map(({ status, json }) => [status, json['generation'], json.hosts.length])).toEqual([
    [200, 5, 1],
    [200, 5, 1],
  ]);
  expect((await allowed()).filter((each) => each !== undefined)).toHaveLength(1);
});

it('takes over a node whose claim is damaged above every generation of our own', async () => {
  await post();
  await gateway.store.engine.raiseGeneration(6);
  seen = { [nodes[0] ?? '']: { owner: '?', generation: 0 } };
  expect((await adopt({ hosts: [nodes[0]] })).json).toMatchObject({ generation: 8, hosts: [{ result: 'adopted' }] });
});

it('refuses every node of an engine that works on one of them', async () => {
  await post();
  seen = {
    [nodes[1] ?? '']: { signs: ['its watch keeps looking at the node'] },
    [nodes[2] ?? '']: { owner: 'engine-c' },
  };
  const { status, json } = await adopt({ hosts: nodes.slice(0, 3) });
  expect(status).toBe(200);
  expect(json.hosts.map(({ result, code }) => [result, code])).toEqual([
    ['refused', 'DuplicateController'],
    ['refused', 'DuplicateController'],
    ['adopted', undefined],
  ]);
  expect(json.hosts[0]?.['reason']).toBe(
    `the engine engine-b is at work on ${nodes[1]}: its watch keeps looking at the node. Stop it first`,
  );
  const alone = await adopt({ hosts: nodes.slice(0, 2) });
  expect([alone.status, alone.json['code'], alone.json.hosts.length]).toEqual([409, 'DuplicateController', 2]);
});

it('refuses nodes with instances whose secrets it has not', async () => {
  await post();
  const ip = nodes[0] ?? '';
  seen = { [ip]: { instances: ['nats/0'] } };
  // What we once had there, another engine has made anew.
  await gateway.store.installed.note(
    { id: 'nats/0', component: 'nats', number: 0, address: ip },
    { revision: 1, release: '' },
  );
  const { status, json } = await adopt({ hosts: [ip] });
  expect([status, json['code'], json['detail']]).toEqual([
    409,
    'UnknownInstances',
    expect.stringContaining('nats/0, which this engine did not install'),
  ]);
  seen = { [ip]: { owner: '?', instances: ['nats/0'] } };
  expect((await adopt({ hosts: [ip] })).json.hosts).toMatchObject([{ result: 'adopted' }]);
});

it('shows silent nodes as rows, and is refused where no node answers', async () => {
  await post();
  seen = { [nodes[0] ?? '']: { error: `${nodes[0]} does not answer` } };
  const { status, json } = await adopt({ hosts: nodes.slice(0, 2) });
  expect([status, json.hosts.map(({ result }) => result)]).toEqual([200, ['refused', 'adopted']]);
  expect(json.hosts[0]).toMatchObject({ code: 'NodeUnreachable', reason: `${nodes[0]} does not answer`, owner: null });
  const none = await adopt({ hosts: [nodes[0]] });
  expect([none.status, none.json['code']]).toEqual([502, 'NetworkDown']);
  expect(none.json['detail']).toContain(`Please ensure the network is enable!`);
});

it.each(['starting', 'surveying', 'working', 'verifying', 'silent'] as const)(
  'is refused while a run is %s',
  async (phase) => {
    await post();
    const { number } = await beginRun(gateway, 'a');
    gateway.cluster.status = async () => (phase === 'silent' ? undefined : { ...during(phase), run: number });
    const { status, json } = await adopt();
    expect([status, json['code'], json['run'], looked]).toEqual([409, 'RunInProgress', number, undefined]);
  },
);

it('is refused where a run begins while the nodes are looked at', async () => {
  await post();
  gateway.cluster.status = async () => (looked === undefined ? undefined : during('surveying'));
  expect((await adopt()).status).toBe(409);
  expect((await allowed()).every((each) => each === undefined)).toBe(true);
  expect(await gateway.store.engine.generation()).toBe(1);
});

it('is refused before a configuration is posted', async () => {
  expect(await adopt()).toMatchObject({ status: 403, json: { code: 'ConfigMissing' } });
});

it.each([
  [{ hosts: [] }, ['/hosts']],
  [{ hosts: '10.10.101.181' }, ['/hosts']],
  [{ hosts: ['nats', 7, '10.10.101.300'] }, ['/hosts/0', '/hosts/1', '/hosts/2']],
  [{ hosts: ['10.99.0.1', '10.99.0.2'] }, ['/hosts/0', '/hosts/1']],
  [{ force: true }, ['/force']],
])('is refused for %j, with every problem', async (body, pointers) => {
  await post();
  const { status, json } = await adopt(body);
  expect([status, json.errors.map(({ pointer }) => pointer)]).toEqual([400, pointers]);
  expect(looked).toBeUndefined();
});

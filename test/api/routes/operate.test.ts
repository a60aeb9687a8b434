import { beforeEach, describe, expect, it } from 'vitest';
import type { AskedOperation } from '../../../api/temporal/ask-operation.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { OperateResult } from '../../../workflows/messages.ts';
import { beginRun, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

let gateway: Gateway;
let asked: AskedOperation[];

const answers = (result: Partial<OperateResult> | undefined): void => {
  gateway.cluster.operate = (operation) => {
    asked.push(operation);
    return Promise.resolve(result === undefined ? undefined : { run: 7, notDone: {}, notes: {}, ...result });
  };
};

beforeEach(async () => {
  gateway = await startGateway();
  asked = [];
  answers({});
  await postConfiguration(gateway);
  await gateway.store.nodes.ensureNumbers([
    { component: 'haproxy', address: '10.10.101.181' },
    { component: 'nats', address: '10.10.101.182' },
    { component: 'nats', address: '10.10.101.183' },
    { component: 'dea', address: '10.10.101.182' },
  ]);
  await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
});

const ask = (words: unknown, path = 'restart', method = 'PUT'): Promise<Response> =>
  gateway.fetch(`/deployment-engine/${path}`, {
    method,
    ...(words === undefined ? {} : { body: typeof words === 'string' ? words : JSON.stringify(words) }),
  });
const idsAsked = (): string[] => asked.flatMap(({ instances }) => instances);

describe('what is asked for', () => {
  it.each([
    [{ Comp: 'nats', Ip: '10.10.101.183' }, ['nats/1']],
    [{ name: 'nats', ip: '10.10.101.183' }, ['nats/1']],
    [{ name: 'nats' }, ['nats/0', 'nats/1']],
    [{ IP: '10.10.101.182' }, ['nats/0', 'dea/0']],
    [{ name: 'all', Ip: '0.0.0.0' }, ['haproxy/0', 'nats/0', 'nats/1', 'dea/0']],
  ])('%o', async (words, ids) => {
    for (const path of ['restart', 'stop']) {
      expect((await ask(words, path)).status).toBe(200);
      expect(idsAsked()).toEqual(ids);
      expect(asked.pop()).toMatchObject({ operation: path, waitUntil: undefined });
    }
  });

  it('may stand in the query of a GET', async () => {
    expect((await ask(undefined, 'stop?Comp=nats&Ip=10.10.101.182&wait=30', 'GET')).status).toBe(200);
    expect(idsAsked()).toEqual(['nats/0']);
    expect(asked[0]?.waitUntil).toBeGreaterThan(Date.now() + 20_000);
  });

  it('takes the body of a PUT with how long to wait in the query, or in the body as a text', async () => {
    expect((await ask({ name: 'nats' }, 'restart?wait=30')).status).toBe(200);
    expect((await ask({ name: 'nats', wait: '30' })).status).toBe(200);
    for (const { waitUntil } of asked) expect(waitUntil).toBeGreaterThan(Date.now() + 20_000);
  });
});

it.each([
  ['nothing', undefined, '', /says nothing/],
  ['an empty object', {}, '', /says nothing/],
  ['broken JSON', '{ "Comp": "nats"', '', /expected/],
  ['the document’s broken quotes', '{ “Comp”: “nats” }', '', /double quotes/],
  ['a list', ['nats'], '', /object/],
  ['all at an address', { name: 'all', ip: '10.10.101.182' }, '/ip', /whole cluster/],
  ['a component everywhere', { name: 'nats', ip: '0.0.0.0' }, '/ip', /leave ip out/],
  ['both aliases', { name: 'nats', Comp: 'nats' }, '/Comp', /only one/],
  ['an unknown component', { name: 'natts' }, '/name', /did you mean nats\?/],
  ['an unknown key', { component: 'nats' }, '/component', /did you mean/],
  ['a component that the cluster has not', { name: 'uaa' }, '/name', /has no uaa/],
  ['a component on another node', { name: 'haproxy', ip: '10.10.101.182' }, '/ip', /lives on 10\.10\.101\.181/],
  ['an address in no component', { ip: '10.10.101.190' }, '/ip', /no component lives on/],
  ['what is no address', { ip: 'nats' }, '/ip', /IPv4 or IPv6/],
  ['a time that is none', { name: 'nats', wait: 'soon' }, '/wait', /seconds/],
  ['a negative time', { name: 'nats', wait: -1 }, '/wait', /seconds/],
])('refuses %s', async (_case, words, pointer, message) => {
  for (const path of ['restart', 'stop'])
    for (const method of words === undefined ? ['PUT', 'GET'] : ['PUT']) {
      const answer = await ask(words, path, method);
      expect(answer.status).toBe(400);
      const { code, errors } = (await answer.json()) as { code: string; errors: unknown[] };
      expect(code).toBe('InvalidRequest');
      expect(errors).toContainEqual({ pointer, message: expect.stringMatching(message) });
    }
  expect(asked).toEqual([]);
});

it.each(['restart?name=nats', 'restart?Wait=3&Ip=10.10.101.182'])('refuses words in both places: %s', async (path) => {
  const answer = await ask({ name: 'nats', wait: 3 }, path);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/in the query and in the body|means the same as/);
  expect(asked).toEqual([]);
});

it.each(['HEAD', 'DELETE'])('does not act for %s', async (method) => {
  const answer = await gateway.fetch('/deployment-engine/stop?name=all', { method });
  expect(answer.status).toBe(405);
  expect(asked).toEqual([]);
});

it('needs a configuration, and something that is deployed', async () => {
  const fresh = await startGateway();
  const stop = () => fresh.fetch('/deployment-engine/stop?name=all');
  expect([(await stop()).status, (await stop()).status]).toEqual([403, 403]);
  await postConfiguration(fresh);
  const answer = await stop();
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({
    code: 'JobNotRunning',
    detail: expect.stringContaining('nothing is deployed yet'),
  });
});

describe('the answer', () => {
  it('says what became of each instance', async () => {
    const answer = await ask({ name: 'nats' });
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(await answer.json()).toEqual({
      run: 7,
      instances: [
        { Comp: 'nats', Ip: '10.10.101.182', Status: 'RUNNING' },
        { Comp: 'nats', Ip: '10.10.101.183', Status: 'RUNNING' },
      ],
    });
    expect(await (await ask({ name: 'nats' }, 'stop')).json()).toMatchObject({
      instances: [{ Status: 'DOWN', Detail: 'stopped by operator' }, { Status: 'DOWN' }],
    });
  });

  it('says what else is to be known', async () => {
    answers({
      notDone: { 'nats/0': { state: 'absent', reason: 'not installed' } },
      notes: { 'nats/1': 'its parked step start is tried again' },
    });
    expect(await (await ask({ name: 'nats' })).json()).toMatchObject({
      instances: [
        { Status: 'DOWN', Detail: 'not installed' },
        { Status: 'RUNNING', Detail: 'its parked step start is tried again' },
      ],
    });
  });

  it.each([
    ['JobNotRunning', 500],
    ['NodeUnreachable', 502],
    ['ConnectionLost', 502],
    ['RunEnded', 409],
    ['Unknown', 500],
  ])('is a problem where it has failed: %s', async (code, status) => {
    answers({
      problem: { code, message: 'nats/0: nats does not exist' },
      notDone: {
        'nats/0': { state: 'failed', reason: 'nats does not exist' },
        'nats/1': { state: 'left', reason: 'not restarted: another nats failed before it' },
      },
    });
    const answer = await ask({ name: 'nats' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      run: 7,
      detail: 'nats/0: nats does not exist',
      errors: [
        { pointer: '/nats/0', message: 'nats does not exist' },
        { pointer: '/nats/1', message: 'not restarted: another nats failed before it' },
      ],
      instances: [
        { Comp: 'nats', Status: 'DOWN', Detail: 'nats does not exist' },
        { Comp: 'nats', Status: 'DOWN' },
      ],
    });
  });

  describe('where it was refused, cancelled or has failed half-way', () => {
    const see = (id: string, isRunning: boolean): Promise<void> =>
      gateway.store.statuses.save([
        {
          id,
          component: 'nats',
          address: id === 'nats/0' ? '10.10.101.182' : '10.10.101.183',
          cpuPercent: 0,
          memoryPercent: 0,
          diskPercent: 0,
          isRunning,
          detail: '',
          seenAt: Date.now(),
        },
      ]);
    const rows = async (path: string): Promise<unknown> =>
      ((await (await ask({ name: 'nats' }, path)).json()) as { instances: unknown }).instances;

    it.each(['restart', 'stop'])('a %s lists as it was last seen what it was not done to', async (path) => {
      await see('nats/0', true);
      await see('nats/1', false);
      const message = '10.10.101.182 cannot be reached; nothing was changed';
      answers({ problem: { code: 'NodeUnreachable', message }, undone: ['nats/0', 'nats/1'] });
      expect(await rows(path)).toMatchObject([
        { Status: 'RUNNING', Detail: message },
        { Status: 'DOWN', Detail: message },
      ]);
    });

    it.each([
      ['restart', 'JobNotRunning', true, 'DOWN'],
      ['restart', 'CommandFailed', true, 'RUNNING'],
      ['restart', 'CommandFailed', false, 'DOWN'],
      ['stop', 'JobNotRunning', true, 'RUNNING'],
      ['stop', 'JobNotRunning', undefined, 'RUNNING'],
      ['stop', 'ConnectionLost', false, 'DOWN'],
    ])('a %s that ended with %s, last seen running = %s: %s', async (path, code, isRunning, status) => {
      if (isRunning !== undefined) await see('nats/0', isRunning);
      const notDone = { 'nats/0': { state: 'failed', reason: 'why', code } } as const;
      answers({ problem: { code, message: 'nats/0: why' }, notDone });
      expect(await rows(path)).toMatchObject([{ Status: status, Detail: 'why' }, {}]);
    });
  });

  it.each([
    ['RunInProgress', 409],
    ['NoWorker', 503],
    ['InvalidRequest', 400],
  ] as const)('passes on the refusal %s', async (code, status) => {
    gateway.cluster.operate = () => Promise.reject(new DeploymentEngineError(code, 'why', { details: { run: 6 } }));
    const answer = await ask({ name: 'nats' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, run: 6 });
  });

  it('is 202 once the time to wait is over, with the run that goes on', async () => {
    answers(undefined);
    gateway.cluster.status = () => Promise.resolve({ run: 9 } as never);
    const answer = await ask({ name: 'nats', wait: 0 });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe('/deployment-engine/runs/9');
    expect(await answer.json()).toEqual({ run: 9, log: '/deployment-engine/log?run=9' });
  });
});

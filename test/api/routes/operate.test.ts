import { describe, expect, it } from 'vitest';
import { postConfiguration, startGateway } from '../gateway.ts';
import { ask, asked, gateway } from './asked-operations.ts';

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
      expect(asked.pop()).toMatchObject({ operation: path, by: 'loopback', waitMs: undefined });
    }
  });

  it('may stand in the query of a GET', async () => {
    expect((await ask(undefined, 'stop?Comp=nats&Ip=10.10.101.182&wait=30', 'GET')).status).toBe(200);
    expect(idsAsked()).toEqual(['nats/0']);
    expect(asked[0]?.waitMs).toBe(30_000);
  });

  it('takes the body of a PUT with how long to wait in the query, or in the body as a text', async () => {
    expect((await ask({ name: 'nats' }, 'restart?wait=30')).status).toBe(200);
    expect((await ask({ name: 'nats', wait: '30' })).status).toBe(200);
    expect(asked.map(({ waitMs }) => waitMs)).toEqual([30_000, 30_000]);
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

import { afterEach, expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { createLocalNode, type LocalNode } from '../support/local-node.ts';
import { longestTurn } from '../support/longest-turn.ts';
import { until } from '../support/until.ts';
import { configurationDocument, type Gateway, startGateway } from './gateway.ts';
import { INSPECTION_ANSWERS } from './inspection-answers.ts';

// Each takes a while on a machine that is busy; what is measured is processor time. What holds a gateway up takes seconds.
const HEALTH_MS = 400;

let node: LocalNode | undefined;
afterEach(() => node?.remove());

type Ask = Gateway['fetch'];
const post = (ask: Ask, path: string, body: string, method = 'POST'): Promise<Response> =>
  ask(`/deployment-engine/${path}`, { method, body });
const many = <Result>(count: number, each: (index: number) => Result): Result[] =>
  Array.from({ length: count }, (_, index) => each(index));
const list = (count: number, item: (index: number) => string): string => many(count, item).join(',');

const BLANKS = `${' '.repeat(1_500)}"{`;
const UNKNOWN_KEYS = `{"components":{${list(4_000, (key) => `"k${key}":1`)}}}`;
const ADDRESSES = `{"components":{"nats":[${list(20_000, (at) => `"10.${at >> 16}.${(at >> 8) & 255}.${at & 255}"`)}]},"properties":{}}`;
const LARGE = `{"components":{"nats":["${'x'.repeat(1_040_000)}"]},"properties":{}}`;
const DEEP = '['.repeat(1_040_000);
const VALUES = `[${list(500_000, () => '1')}]`;
const plan = (number: number): string =>
  JSON.stringify(configurationDocument([`10.10.${102 + (number >> 7)}.${1 + (number & 127)}`]));

it.each<[string, (ask: Ask) => Promise<Response>[], number[]]>([
  ['blanks', (ask) => many(10, () => post(ask, 'download', BLANKS, 'PUT')), [404]],
  ['unknown keys', (ask) => many(10, () => post(ask, 'config', UNKNOWN_KEYS)), [400]],
  ['addresses', (ask) => many(10, () => post(ask, 'config', ADDRESSES)), [400]],
  ['one long value', (ask) => many(10, () => post(ask, 'config', LARGE)), [400]],
  ['depth', (ask) => many(10, () => post(ask, 'config', DEEP)), [400]],
  ['values', (ask) => many(10, () => post(ask, 'config', VALUES)), [400]],
  ['bodies that are too large', (ask) => many(10, () => post(ask, 'config', 'x'.repeat(2_000_000))), [413]],
  ['slashes', (ask) => many(10, () => ask(`/deployment-engine/${'/'.repeat(15_000)}x`)), [404]],
  ['plans', (ask) => many(100, (number) => post(ask, 'plan', plan(number))), [200, 429]],
  ['preflights', (ask) => many(100, (number) => post(ask, 'preflight', plan(number))), [200, 429]],
])('is in good health while others send %s', async (_what, send, statuses) => {
  const { fetch: ask, cluster, store } = await startGateway();
  cluster.inspect = async (question, inspection) => {
    await store.inspections.answer<typeof question>(inspection, INSPECTION_ANSWERS[question]);
  };
  const answers: Response[] = [];
  const longest = await longestTurn(async () => {
    const hostile = send(ask);
    const health = ask('/deployment-engine/health');
    expect((await health).status).toBe(200);
    answers.push(...(await Promise.all(hostile)));
  });
  expect(statuses).toEqual(expect.arrayContaining([...new Set(answers.map(({ status }) => status))]));
  expect(longest).toBeLessThan(HEALTH_MS);
});

it('tells those whom it cannot serve when to come back', async () => {
  const { fetch: ask, cluster, store } = await startGateway();
  let begun = 0;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  cluster.inspect = async (question, inspection) => {
    begun += 1;
    await ended;
    await store.inspections.answer<typeof question>(inspection, INSPECTION_ANSWERS[question]);
  };
  const refused: Response[] = [];
  const asked = many(40, async (number) => {
    const answer = await post(ask, 'preflight', plan(number));
    if (answer.status === 429) refused.push(answer);
    return answer.status;
  });
  await until(() => refused.length === 4, 'nobody else finds room to wait');
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(Array(4).fill('5'));
  expect(begun).toBe(4);
  end();
  expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(36);
});

it('is in good health while a node answers without end', async () => {
  node = createLocalNode();
  const { session } = node;
  const longest = await longestTurn(() =>
    expect(session.read(sh`yes`)).rejects.toMatchObject({ code: 'NodeProtocolError' }),
  );
  expect(longest).toBeLessThan(HEALTH_MS);
});

import { beforeEach, expect, it } from 'vitest';
import type { Inspection } from '../../../domain/node/inspection.ts';
import { type PreflightReport, preflightReport } from '../../../domain/node/preflight.ts';
import { configurationDocument, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const REPORT: PreflightReport = preflightReport({
  controlMachine: { address: '10.10.101.180', findings: [] },
  nodes: [
    {
      address: '10.10.101.181',
      components: ['haproxy'],
      findings: [{ check: 'reach', where: '10.10.101.181', severity: 'stops', what: 'it is off', remedy: 'start it' }],
    },
  ],
});

let gateway: Gateway;
let asked: (Inspection | undefined)[];

beforeEach(async () => {
  gateway = await startGateway();
  asked = [];
  gateway.cluster.inspect = async (question, inspection) => {
    expect(question).toBe('preflight');
    asked.push(await gateway.store.inspections.asked(inspection));
    await gateway.store.inspections.answer<'preflight'>(inspection, REPORT);
  };
});

const PATH = '/deployment-engine/preflight';
const post = (body: string) => gateway.fetch(PATH, { method: 'POST', body });

it('says what would stop a deploy of the posted configuration', async () => {
  await postConfiguration(gateway);
  const answer = await gateway.fetch(PATH);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  expect(await answer.json()).toEqual(REPORT);
  expect(REPORT).toMatchObject({ ok: false, stops: 1, slows: 0 });
  expect(asked[0]?.candidate).toBeUndefined();
});

it('takes a candidate before anything was posted, and keeps nothing of it', async () => {
  const answer = await post(JSON.stringify(configurationDocument(['10.10.101.199'])));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ ok: false, warnings: expect.any(Array) });
  expect(asked[0]?.configuration.components.nats).toEqual(['10.10.101.199']);
  expect(asked[0]?.candidate).toEqual({ masked: [] });
  expect(await gateway.store.configurations.newest()).toBeUndefined();
});

it('tells which secrets the sender of a candidate need not know', async () => {
  await postConfiguration(gateway);
  const document = configurationDocument(['10.10.101.199']);
  await post(JSON.stringify({ ...document, properties: { ...document.properties, password: '********' } }));
  expect(asked[0]?.candidate).toEqual({ masked: ['password'] });
});

it('names the other route where nothing was posted', async () => {
  const answer = await gateway.fetch(PATH);
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    code: 'ConfigMissing',
    detail: expect.stringContaining('POST /deployment-engine/preflight'),
  });
});

it.each([
  ['nothing', '', 400, /expected a value|empty|JSON/i],
  ['broken JSON', '{"components":', 400, /expected a value/],
  ['no object', '[]', 400, /object/],
  ['a mask with nothing stored', JSON.stringify(masked()), 400, /mask|stored/],
  ['an unknown component', '{"components":{"natz":["10.0.0.1"]}}', 400, /did you mean nats/],
])('refuses a candidate of %s', async (_case, body, status, message) => {
  const answer = await post(body);
  expect(answer.status).toBe(status);
  const { errors } = (await answer.json()) as { errors: { message: string }[] };
  expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  expect(asked).toEqual([]);
});

it('names all problems of a candidate at once', async () => {
  const document = configurationDocument(['not an address']);
  const answer = await post(JSON.stringify({ ...document, properties: { ...document.properties, disksize: 0, x: 1 } }));
  const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
  expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/components/nats/0',
    '/properties/disksize',
    '/properties/x',
  ]);
});

it('takes no input on GET', async () => {
  await postConfiguration(gateway);
  expect((await gateway.fetch(`${PATH}?node=10.0.0.1`)).status).toBe(400);
});

function masked() {
  const document = configurationDocument();
  return { ...document, properties: { ...document.properties, root: '********' } };
}

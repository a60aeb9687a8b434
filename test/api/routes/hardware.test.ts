import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeHardware } from '../../../domain/node/hardware.ts';
import { beginRun, configurationDocument, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const MACHINE = { processors: 2, memoryKiB: 4_049_952, diskBytes: 50 * 1024 ** 3 };
const DEAD = '10.10.101.183';

let gateway: Gateway;
let asked: (readonly string[] | undefined)[];

beforeEach(async () => {
  gateway = await startGateway();
  asked = [];
  gateway.cluster.inspect = async (question, inspection) => {
    expect(question).toBe('hardware');
    const { addresses = [] } = (await gateway.store.inspections.asked(inspection)) ?? {};
    asked.push(addresses);
    const nodes = addresses.map((address): NodeHardware =>
      address === DEAD ? { address, error: 'no answer' } : { address, measured: MACHINE },
    );
    await gateway.store.inspections.answer<'hardware'>(inspection, nodes);
  };
});

/** As curl does it: a body on GET, and no content type of JSON. */
async function ask(body: string, query = '') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; type: string; json: unknown }>();
  const sent = request(
    `${gateway.url}/deployment-engine/hardware${query}`,
    {
      method: 'GET',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) },
    },
    (answer) =>
      void textOf(answer).then(
        (text) =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            json: JSON.parse(text) as unknown,
          }),
        reject,
      ),
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const NATS = { Comp: 'nats', IP: '10.10.101.182', CPU: 2, RAM: 4_049_952, DISK: 54_988.8 };

it("answers for one in the document's keys and units, as an object", async () => {
  await postConfiguration(gateway);
  const { status, type, json } = await ask('{ "Comp": "nats", "Ip": "10.10.101.182" }');
  expect({ status, type }).toEqual({ status: 200, type: 'application/json;charset=utf-8' });
  // nats and dea share the machine.
  expect(json).toEqual({ ...NATS, Required: { CPU: 3, RAM: 5_242_880, DISK: 40_960 }, Ok: false });
  expect(asked).toEqual([['10.10.101.182']]);
});

it('answers for all as an array, in the order of the document, dead nodes too', async () => {
  await postConfiguration(gateway);
  const { status, json } = await ask('{"name":"all","ip":"0.0.0.0"}');
  expect(status).toBe(200);
  expect((json as { Comp: string; IP: string }[]).map(({ Comp, IP }) => `${Comp} ${IP}`)).toEqual([
    'haproxy 10.10.101.181',
    'nats 10.10.101.182',
    'nats 10.10.101.183',
    'dea 10.10.101.182',
  ]);
  expect(json).toContainEqual({
    Comp: 'nats',
    IP: DEAD,
    CPU: null,
    RAM: null,
    DISK: null,
    Required: { CPU: 1, RAM: 1_048_576, DISK: 5120 },
    Ok: null,
    Error: 'no answer',
  });
  expect(json).toContainEqual(expect.objectContaining({ Comp: 'haproxy', Ok: true }));
  // Each machine once.
  expect(asked).toEqual([['10.10.101.181', '10.10.101.182', '10.10.101.183']]);
});

it('shows what is still installed where nobody wants it any more', async () => {
  await postConfiguration(gateway);
  const left = { id: 'uaa/0', component: 'uaa', number: 0, address: '10.10.101.190' } as const;
  await gateway.store.installed.note(left, { revision: 1, release: 'f'.repeat(64) });
  const { status, json } = await ask('{"Comp":"uaa","Ip":"10.10.101.190"}');
  expect(status).toBe(200);
  expect(json).toMatchObject({ Comp: 'uaa', IP: '10.10.101.190', CPU: 2 });
});

it('shows what is posted and not deployed yet', async () => {
  await postConfiguration(gateway);
  await beginRun(gateway, 'first');
  await postConfiguration(gateway, configurationDocument(['10.10.101.191']));
  expect((await ask('{"Comp":"nats","Ip":"10.10.101.191"}')).status).toBe(200);
});

it.each([
  ['', '?Comp=nats&Ip=10.10.101.182', 1],
  ['', '?name=nats', 2],
  ['{"ip":"10.10.101.182"}', '', 2],
])('understands %s%s', async (body, query, count) => {
  await postConfiguration(gateway);
  const { status, json } = await ask(body, query);
  expect(status).toBe(200);
  expect([json].flat()).toHaveLength(count);
});

describe('what it does not understand', () => {
  it.each([
    ['nothing', '', '', /says nothing/],
    ['broken JSON', '{"name":', '/name', /expected a value/],
    ['no object', '["nats"]', '', /object/],
    ['a component on another address', '{"name":"nats","ip":"10.10.101.181"}', '/ip', /lives on .*POST .*preflight/],
    ['an address in no component', '{"ip":"10.10.101.199"}', '/ip', /no component .*POST .*preflight/],
    ['a component that is not there', '{"name":"uaa"}', '/name', /has no uaa/],
    ['both names of one key', '{"Comp":"nats","name":"nats"}', '/name', /only one/],
    ['both spellings of one key', '{"Ip":"10.10.101.182","IP":"10.10.101.182"}', '/IP', /only one/],
    ['all at an address', '{"Comp":"all","Ip":"10.10.101.182"}', '/ip', /whole cluster/],
    ['a component everywhere', '{"Comp":"nats","Ip":"0.0.0.0"}', '/ip', /leave ip out/],
    ['an unknown component', '{"Comp":"natz","Ip":"10.10.101.182"}', '/name', /did you mean nats/],
    ['an unknown key', '{"Component":"nats"}', '/Component', /did you mean/],
    ['no address', '{"Comp":"nats","Ip":"10.10.101"}', '/ip', /IPv4 or IPv6/],
  ])('%s', async (_case, body, pointer, message) => {
    await postConfiguration(gateway);
    const { status, json } = await ask(body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'InvalidRequest' });
    expect((json as { errors: unknown }).errors).toContainEqual({ pointer, message: expect.stringMatching(message) });
    expect(asked).toEqual([]);
  });

  it('is told with all its problems', async () => {
    await postConfiguration(gateway);
    const { json } = await ask('{"Comp":"natz","Ip":"x","wait":1}');
    expect((json as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/ip',
      '/name',
      '/wait',
    ]);
  });
});

it('names the route that takes a candidate before anything was posted', async () => {
  const { status, json } = await ask('{"name":"all"}');
  expect(status).toBe(403);
  expect(json).toMatchObject({
    code: 'ConfigMissing',
    detail: expect.stringContaining('POST /deployment-engine/preflight'),
  });
});

it('passes on that no worker looks', async () => {
  await postConfiguration(gateway);
  gateway.cluster.inspect = () => Promise.reject(new DeploymentEngineError('NoWorker', 'none is connected'));
  expect((await ask('{"name":"all"}')).status).toBe(503);
});

import { request } from 'node:http';
import { expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { beginRun, configurationDocument, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';
import { INSPECTION_ANSWERS } from '../inspection-answers.ts';
import { BAD_REQUESTS } from './bad-requests.ts';

const DEAD = '10.10.101.183';

async function deployed(): Promise<Gateway> {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  await gateway.store.nodes.ensureNumbers([
    { component: 'haproxy', address: '10.10.101.181' },
    { component: 'nats', address: '10.10.101.182' },
    { component: 'nats', address: DEAD },
    { component: 'dea', address: '10.10.101.182' },
  ]);
  await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
  return gateway;
}

/** With a run that has not ended, of which Temporal says that it is in this phase. */
async function during(phase: 'working' | 'parked'): Promise<Gateway> {
  const gateway = await deployed();
  const { number: run } = await beginRun(gateway, phase);
  gateway.cluster.status = () => Promise.resolve({ run, phase } as never);
  const held = new DeploymentEngineError('RunInProgress', 'run 2 works', { details: { run } });
  if (phase === 'working') gateway.cluster.operate = () => Promise.reject(held);
  return gateway;
}

async function withNewerRevision(): Promise<Gateway> {
  const gateway = await deployed();
  await postConfiguration(gateway, configurationDocument(['10.10.101.182', '10.10.101.191']));
  return gateway;
}

async function withDeadNode(): Promise<Gateway> {
  const gateway = await deployed();
  const why = new DeploymentEngineError('NodeUnreachable', `${DEAD} cannot be reached; nothing was changed`);
  gateway.cluster.operate = ({ instances }) =>
    instances.includes('nats/1') ? Promise.reject(why) : Promise.resolve({ run: 7, notDone: {}, notes: {} });
  return gateway;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly errors?: readonly { pointer: string; message: string }[] };
}

/** As curl asks: a body with any method, and no content type of JSON. */
const ask = ({ url }: Gateway, route: string, body = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const [method, path = ''] = route.split(' ');
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
    };
    request(`${url}/deployment-engine${path}`, { method, headers }, (answer) => {
      answer.toArray().then((pieces) => {
        const text = Buffer.concat(pieces as Buffer[]).toString();
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] });
      }, reject);
    })
      .on('error', reject)
      .end(body);
  });

/** Revisions, runs and the operations log: whatever a request that was refused must leave alone. */
const kept = async ({ store }: Gateway) => ({
  revision: (await store.configurations.newest())?.number,
  runs: (await store.runs.list({ limit: 10 })).map(({ number, outcome }) => `${number} ${outcome}`),
  // Without what the audit notes of every call.
  lines: (await store.log.read(0, { from: 0, limit: 1000 }))
    .map(({ line }) => line)
    .filter((line) => !/ by loopback from .*: 4\d\d$/.test(line)),
});

/** Each state of a cluster, with what a few good requests are answered in it. */
const STATES: readonly (readonly [string, () => Promise<Gateway>, Readonly<Record<string, number>>])[] = [
  [
    'a working run',
    () => during('working'),
    { 'PUT /restart?name=nats': 409, 'PUT /stop?name=all&ip=0.0.0.0': 409, 'GET /hardware?name=nats': 200 },
  ],
  [
    'a parked run',
    () => during('parked'),
    { 'PUT /restart?name=nats': 200, 'PUT /stop?name=all&ip=0.0.0.0': 200, 'GET /hardware?name=nats': 200 },
  ],
  [
    'no configuration',
    () => startGateway(),
    { 'PUT /restart?name=nats': 403, 'GET /stop?name=all': 403, 'GET /hardware?name=nats': 403, 'GET /status': 403 },
  ],
  [
    'a newer revision that is not deployed',
    withNewerRevision,
    {
      'PUT /restart?name=nats&ip=10.10.101.183': 200,
      'PUT /restart?name=nats&ip=10.10.101.191': 400,
      'GET /hardware?name=nats&ip=10.10.101.191': 200,
    },
  ],
  [
    'a dead node among many',
    withDeadNode,
    {
      'PUT /restart?name=nats&ip=10.10.101.182': 200,
      'PUT /restart?name=nats': 502,
      'GET /stop?ip=10.10.101.183': 502,
      'GET /hardware?name=all&ip=0.0.0.0': 200,
    },
  ],
];

it.each(STATES)('refuses what is wrong, with all that is wrong, and does nothing: %s', async (state, build, good) => {
  const gateway = await build();
  const acts: string[] = [];
  const { operate, deploy, inspect } = gateway.cluster;
  const { cluster } = gateway;
  cluster.operate = (operation) => (acts.push('operate'), operate(operation));
  cluster.deploy = (revision, ...words) => (acts.push('deploy'), deploy(revision, ...words));
  cluster.inspect = async (question, inspection) => {
    acts.push('inspect');
    await inspect(question, inspection);
    await gateway.store.inspections.answer(inspection, INSPECTION_ANSWERS[question]);
  };
  const before = await kept(gateway);
  for (const { what, route, body, pointer, message, needsCluster = false } of BAD_REQUESTS) {
    // There is no other open run.
    if (route.includes('/runs/2') && before.runs.length < 2) continue;
    const { status, body: problem } = await ask(gateway, route, body);
    const about = `${route} ${body ?? ''}: ${what}`;
    const refusal = { about, status, code: problem.code, errors: problem.errors };
    if (state === 'no configuration' && needsCluster)
      expect.soft(refusal).toMatchObject({ about, status: 403, code: 'ConfigMissing' });
    else
      expect.soft(refusal).toMatchObject({
        about,
        status: 400,
        code: expect.stringMatching(/^Invalid/) as string,
        errors: expect.arrayContaining([{ pointer, message: expect.stringMatching(message) as string }]) as unknown[],
      });
  }
  expect(acts).toEqual([]);
  expect(await kept(gateway)).toEqual(before);
  for (const [route, expected] of Object.entries(good))
    expect.soft([route, (await ask(gateway, route)).status]).toEqual([route, expected]);
});

it('names every problem of a request at once', async () => {
  const gateway = await deployed();
  const pointersOf = async (route: string, body: string) =>
    (await ask(gateway, route, body)).body.errors?.map(({ pointer }) => pointer).toSorted();
  const words = '{"Comp":"natz","name":"nats","Ip":"x","nane":1}';
  for (const route of ['PUT /restart', 'GET /stop', 'GET /hardware'])
    expect(await pointersOf(route, words)).toEqual(expect.arrayContaining(['/ip', '/name', '/nane']));
  const configuration = '{"components":{"natz":[],"nats":["x","0.0.0.0"]},"properties":{"disksize":0}}';
  for (const route of ['POST /config', 'POST /plan', 'POST /preflight'])
    expect(await pointersOf(route, configuration)).toEqual(
      expect.arrayContaining(['/components/natz', '/components/nats/0', '/components/nats/1', '/properties/disksize']),
    );
});

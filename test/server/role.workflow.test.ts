import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../support/postgres.ts';
import { builtTemporal, HOW_TO_BUILD } from '../support/temporal-server/build.ts';
import { developmentServer, realServer, type Surroundings } from '../support/temporal-server/surroundings.ts';
import { freePorts } from '../support/temporal.ts';
import { clusterIdKey, parkedKey, phaseKey } from '../../workflows/messages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { endOf, isWorking, type Part, partSettings, startPart, useParts } from './parts.ts';

const NAMESPACE = 'two-of-each';
const MOVES_WITHIN_MS = 15_000;

useParts();

describe('a part of the engine alone', () => {
  it.each([
    ['gateway', {}, /a gateway alone needs a Temporal server.*TEMPORAL_ADDRESS/],
    ['mirror', { DEPLOYMENT_ENGINE_DATA_DIR: '/nowhere' }, /a mirror alone needs .*DEPLOYMENT_ENGINE_MIRROR_LISTEN/],
    ['worker', { TEMPORAL_ADDRESS: '127.0.0.1:9' }, /a worker alone needs a store.*DATABASE_URL_FILE/],
  ])('says what a %s lacks', async (role, env, said) => {
    const [code, output] = await endOf(startPart(role, { DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(), ...env }));
    expect(output).toMatch(said);
    expect(code).toBe(3);
  });

  it('serves the mirror with nothing else, and ends with 0 when it is asked to', async () => {
    const port = await freePorts(1);
    const mirror = startPart('mirror', {
      DEPLOYMENT_ENGINE_CACHE_DIR: temporaryFolder(),
      DEPLOYMENT_ENGINE_MIRROR_LISTEN: `127.0.0.1:${port}`,
    });
    await until(() => mirror.output().includes('listening'), 'the mirror listens');
    expect((await fetch(`http://127.0.0.1:${port}/nothing`)).status).toBe(404);
    mirror.child.kill('SIGTERM');
    expect((await endOf(mirror))[0]).toBe(0);
  });
});

const noPostgres = programs() === undefined ? 'Debian’s package postgresql' : undefined;

describe.each([
  ['the development server', developmentServer, noPostgres],
  [
    'temporal-server on PostgreSQL',
    realServer,
    noPostgres ?? ((await builtTemporal()) === undefined ? HOW_TO_BUILD : undefined),
  ],
] as const)('two gateways and two workers on one store and %s', (_what, surround, lacks) => {
  const test = lacks === undefined ? it : it.skip;
  const named = (title: string): string => (lacks === undefined ? title : `${title} (left out: needs ${lacks})`);
  let temporal: Surroundings;
  let ports: number;
  const cacheDir = temporaryFolder();

  beforeAll(async () => {
    if (lacks !== undefined) return;
    temporal = await surround();
    ports = await freePorts(2);
  });

  afterAll(() => temporal?.stop());

  const settings = (extra: Readonly<Record<string, string>> = {}) => ({
    ...partSettings(temporal, cacheDir),
    DEPLOYMENT_ENGINE_MIRROR_ADDRESSES: '127.0.0.1,10.10.101.180',
    TEMPORAL_NAMESPACE: NAMESPACE,
    ...extra,
  });
  const place = (number: number): string => `127.0.0.1:${ports + number}`;
  const gateway = (number: number): Part => startPart('gateway', settings({ DEPLOYMENT_ENGINE_LISTEN: place(number) }));
  const ask = (number: number, path: string, options?: RequestInit): Promise<Response> =>
    fetch(`http://${place(number)}/deployment-engine${path}`, options);
  const isWell = (number: number): Promise<boolean> =>
    ask(number, '/health').then(
      ({ ok }) => ok,
      () => false,
    );
  const configuration = (nats: string): string =>
    JSON.stringify({
      components: { nats: [nats] },
      properties: {
        domain: 'cf.local',
        home: '10.10.101.180',
        disksize: 1,
        checkdisk: 1,
        adduser: 1,
        user: 'vcap',
        password: 'not-a-real-password',
        root: 'not-a-real-password',
      },
    });

  test(
    named('agree about revisions, deploys and the log, and go on when one of each is killed'),
    async () => {
      const gateways = [gateway(0), gateway(1)];
      const workers = [startPart('worker', settings()), startPart('worker', settings())];
      await until(async () => (await isWell(0)) && (await isWell(1)), 'both gateways are well', 300_000);
      await until(() => workers.every(isWorking), 'both workers work', 300_000);

      // Configurations: each gets a number of its own, and only one of two that follow the same one is taken.
      const posted = await Promise.all(
        [0, 1].map((number) =>
          ask(number, '/config', { method: 'POST', body: configuration(`127.0.0.${number + 2}`) }),
        ),
      );
      expect(posted.map(({ status }) => status)).toEqual([201, 201]);
      const tags = posted.map(({ headers }) => headers.get('etag') ?? '').toSorted();
      expect(tags).toEqual([expect.stringMatching(/^"1-/), expect.stringMatching(/^"2-/)]);
      const follow = { method: 'POST', headers: { 'If-Match': tags[1] ?? '' }, body: configuration('127.0.0.9') };
      const followed = await Promise.all([0, 1].map((number) => ask(number, '/config', follow)));
      expect(new Set(followed.map(({ status }) => status))).toEqual(new Set([201, 412]));
      expect(await (await ask(0, '/config')).json()).toEqual(await (await ask(1, '/config')).json());

      // A deploy without a release: both are refused alike.
      const deploys = await Promise.all(
        [0, 1].map(async (number) => {
          let answer: [status: number, code: string | undefined] = [0, undefined];
          // A worker that has just come loads its workflows first.
          await until(async () => {
            const response = await ask(number, '/deploy');
            answer = [response.status, ((await response.json()) as { code?: string }).code];
            return answer[1] !== 'NoWorker';
          }, 'a worker answers');
          return answer;
        }),
      );
      expect(deploys).toEqual([deploys[1], deploys[0]]);
      expect(deploys[0]?.[0]).toBeGreaterThanOrEqual(400);

      const connection = await Connection.connect({ address: temporal.address });
      const { workflow } = new Client({ connection, namespace: NAMESPACE });
      /** Who looks at the nodes now. A part becomes its program, so its process is the one we started. */
      const watcher = async (): Promise<Part | undefined> => {
        // A worker is ready before it has started the watch.
        const described = await workflow
          .getHandle('watch/cf')
          .describe()
          .catch(() => undefined);
        const pending = described?.raw.pendingActivities ?? [];
        const [identity = ''] = pending.map(({ lastWorkerIdentity }) => lastWorkerIdentity ?? '');
        return workers.find(({ child }) => identity.startsWith(`${child.pid}@`));
      };
      await until(async () => (await watcher()) !== undefined, 'a worker watches');
      const first = await watcher();
      first?.child.kill('SIGKILL');
      gateways[0]?.child.kill('SIGKILL');
      await until(
        async () => ![undefined, first].includes(await watcher()),
        'the other worker watches',
        MOVES_WITHIN_MS,
      );
      await until(() => isWell(1), 'the other gateway is well');
      expect((await ask(1, '/config')).status).toBe(200);
      await connection.close();
    },
    900_000,
  );

  test(named('are found by their phase in lists of the Web UI'), async () => {
    const connection = await Connection.connect({ address: temporal.address });
    const { workflow } = new Client({ connection, namespace: NAMESPACE });
    await workflow.start('parked', {
      taskQueue: 'nobody',
      workflowId: 'cluster/parked',
      typedSearchAttributes: [
        { key: clusterIdKey, value: 'parked' },
        { key: phaseKey, value: 'parked' },
        { key: parkedKey, value: 2 },
      ],
    });
    const found = async (query: string): Promise<number> => (await workflow.count(query)).count;
    await until(
      async () => (await found(`Phase = "parked" AND Parked > 1 AND ClusterId = 'parked'`)) === 1,
      'it is found',
    );
    expect(await found('Phase = "parked" AND Parked > 2')).toBe(0);
    await workflow.getHandle('cluster/parked').terminate();
    await connection.close();
  });

  test(named('refuse a third with another master key'), async () => {
    const [code, output] = await endOf(startPart('worker', settings({ DEPLOYMENT_ENGINE_KEY: 'b2'.repeat(32) })));
    expect(output).toContain('is not the one cluster cf in PostgreSQL at');
    expect(code).toBe(3);
  });

  test(named('leave a cluster of another name alone'), async () => {
    const worker = startPart(
      'worker',
      settings({ DEPLOYMENT_ENGINE_KEY: 'b2'.repeat(32), DEPLOYMENT_ENGINE_CLUSTER: 'other' }),
    );
    await until(() => isWorking(worker), 'it works', 300_000);
    expect(worker.output()).toContain('deployment-engine/other');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRelease } from '../../sample/build-release.ts';
import { checkCluster, type ClusterProof } from '../../sample/cluster-check.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import type { SampleVersion } from '../../sample/release/sample-version.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { createFront, inWords, LOGIN, lossSeen, pageOf } from './front-page.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type DeployView, type TestEngine } from './test-engine.ts';

const [FIRST = '', , THIRD = '', FOURTH = ''] = cluster.CLUSTER;
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;

const VISIT_MS = 100;
// haproxy stops, its files are made anew, monit starts it: some seconds, on a busy machine several times that.
const HAPROXY_MS = 15_000;
// haproxy leaves a router out that was silent twice, twice a second; a router waits 3 seconds for a silent address. Twice
// that on a busy machine.
const FORGOTTEN_S = 6;
const CUT_MS = 12_000;

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `upgrades of a running cluster${reason === undefined ? '' : ` (left out: ${reason})`}`,
  { timeout: COLD_MS },
  () => {
    const front = createFront(FIRST, DOMAIN);
    let engine: TestEngine;
    let password: string;
    let first: ClusterProof;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '4');
      await Promise.all(cluster.CLUSTER.map((address) => cluster.setRootPassword(address)));
      engine = await createTestEngine(temporaryFolder());
    });

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    const startWith = async (version: SampleVersion): Promise<void> => {
      await engine.stop();
      await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await buildRelease({ version }) });
    };

    /** Deploys while the page is opened ten times a second; only haproxy's own update may keep a visitor out. */
    const deployWithVisitors = async (): Promise<DeployView> => {
      const visiting = front.visiting([pageOf('hello')], VISIT_MS);
      const { run } = await engine.deploy();
      const view = await engine.ended(run, COLD_MS);
      const visits = await visiting.stop();
      expect(view).toMatchObject({ outcome: 'ok', reason: null });

      const failed = visits.filter(({ failure }) => failure !== undefined);
      const away = updateOf(view, 'haproxy/0');
      expect(visits.length).toBeGreaterThan(20);
      expect(failed.filter(({ begun, ended }) => begun > away.ended || ended < away.begun)).toEqual([]);
      expect(failed.length * VISIT_MS).toBeLessThan(HAPROXY_MS);
      return view;
    };

    const check = () => checkCluster({ haproxy: FIRST, domain: DOMAIN, adminPassword: password });

    it('deploys a cluster of 160', async () => {
      await startWith('160');
      await engine.configure(cluster.clusterConfiguration());
      const { run } = await engine.deploy();
      expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
      ({ password } = await engine.credentials());
      first = await check();
      // Whoever is kept in uaa's database alone, with the password of admin.
      await cluster.onNode(
        THIRD,
        sql('uaadb', "insert into accounts select 'keeper', salt, digest, scopes from accounts"),
      );
    });

    it('gets a second router and a second dea, and the app an instance on each', async () => {
      const configuration = cluster.clusterConfiguration();
      const { gorouter, dea } = configuration.components;
      await engine.configure({
        ...configuration,
        components: { ...configuration.components, gorouter: [...gorouter, FOURTH], dea: [...dea, THIRD] },
      });
      const { instances } = await deployWithVisitors();
      expect(instances.map(({ id }) => id)).toEqual(expect.arrayContaining(['gorouter/1', 'dea/1', 'haproxy/0']));
      const token = (await front.token('admin', password)) ?? '';
      const hosts = await front.spread({ app: 'hello', guid: first.app.guid, token, deas: 2 });
      expect(hosts).toEqual(new Set([THIRD, FOURTH]));
    });

    it('keeps the page and logging in while a node with a router and a dea is cut off, and takes it back', async () => {
      const rowsThere = async () => (await engine.status()).filter(({ Ip }) => Ip === FOURTH);
      const visiting = front.visiting([LOGIN, pageOf('hello')], VISIT_MS);
      await cluster.nodes('cut', FOURTH);
      const lostAt = Date.now();
      await until(async () => (await rowsThere()).every(({ Status }) => Status === 'DOWN'), 'it is down', 60_000);
      await until(() => Date.now() - lostAt > CUT_MS, 'it has been away long enough to be noticed');
      await cluster.nodes('heal', FOURTH);
      await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run', 60_000);
      const loss = lossSeen(await visiting.stop(), lostAt);
      expect(loss.visits).toBeGreaterThan(100);
      expect(loss.seenFor, inWords(loss)).toBeLessThanOrEqual(FORGOTTEN_S);
      expect(await engine.runs()).toHaveLength(2);
    });

    it.each([
      ['170', ['database/0', 'login/0', 'syslog_aggregator/0', 'uaa/0']],
      ['194', []],
    ] as const)('becomes a cluster of %s with the page answering', async (version, untouched) => {
      await startWith(version);
      const { instances } = await deployWithVisitors();
      expect(ALL.filter((id) => !instances.some((instance) => instance.id === id))).toEqual(untouched);
      expect(changedPackages(instances)).toEqual(['cloud_controller_ng']);
      expect(await check()).toMatchObject({ app: { guid: first.app.guid, created: false } });
      expect(await front.token('keeper', password)).toBeTypeOf('string');
      await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run');
      for (const address of cluster.CLUSTER)
        expect((await cluster.onNode(address, 'ls /var/vcap/bosh/releases')).split('\n')).toHaveLength(2);
    });

    it('changes nothing more', async () => {
      const { run } = await engine.deploy();
      expect(await engine.ended(run)).toMatchObject({ outcome: 'unchanged', nodes: [], instances: [] });
    });
  },
);

const ALL = [
  'cloud_controller_ng/0',
  'collector/0',
  'database/0',
  'dea/0',
  'dea/1',
  'etcd/0',
  'gorouter/0',
  'gorouter/1',
  'haproxy/0',
  'hm9000/0',
  'loggregator/0',
  'login/0',
  'nats/0',
  'nats/1',
  'nfs_server/0',
  'syslog_aggregator/0',
  'uaa/0',
];

/** Packages that an instance has in another form than before; new and left ones do not count. */
const changedPackages = (instances: DeployView['instances']): string[] => {
  const reasons = instances.flatMap((instance) => instance.reasons);
  const names = reasons.flatMap((each) => /^packages: (.*)$/.exec(each)?.[1]?.split(', ') ?? []);
  return [...new Set(names.filter((name) => /^\w/.test(name)))];
};

/** From the first to the last moment of an instance's update, in milliseconds since the epoch; never when there is none. */
function updateOf({ instances }: DeployView, id: string): { readonly begun: number; readonly ended: number } {
  const steps = instances.find((instance) => instance.id === id)?.steps ?? [];
  return {
    begun: Math.min(...steps.map(({ startedAt }) => Date.parse(startedAt))),
    ended: Math.max(...steps.map(({ endedAt }) => Date.parse(endedAt ?? ''))),
  };
}

/** A statement as vcap, who may do everything where the database runs. */
const sql = (database: string, statement: string): string => `
  cd /var/vcap/packages/libpq/usr/lib
  LD_LIBRARY_PATH=$(echo "$PWD"/*-linux-gnu) postgresql/*/bin/psql -h /var/vcap/sys/run/postgres -p 5524 -U vcap \
    -d ${database} -v ON_ERROR_STOP=1 -c "${statement}"`;

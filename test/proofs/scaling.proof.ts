// Over 200 lines, because it is one story: each case goes on from the cluster that the one before it left.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComponentName } from '../../domain/components.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { buildRelease } from '../../sample/build-release.ts';
import { checkCluster } from '../../sample/cluster-check.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import { createFront } from '../integration/front-page.ts';
import { readRunLog } from '../integration/run-log.ts';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { releaseThatDoesNotStart } from './scaling/broken-release.ts';
import { changesOf, createVisitedDeploys } from './scaling/visited-deploys.ts';

const NODES = [0, 1, 2, 3, 4].map(cluster.nodeAt);
const [A = '', B = '', C = '', D = '', E = ''] = NODES;
const COLD_MS = 20 * 60_000;
// The only version with a job that the first of its component alone runs.
const VERSION = '160';
// haproxy stops, its files are made anew, monit starts it: some seconds, on a busy machine several times that.
const HAPROXY_MS = 20_000;

const { components, properties } = cluster.clusterConfiguration();
type Wanted = Partial<Record<ComponentName, readonly string[]>>;
/** As it is between two cases. */
const BASE = { ...components, gorouter: [B, D], dea: [D, C], collector: [D, E] };

const TRAFFIC_CONTROLLER = 'vcap/packages/loggregator_trafficcontroller/[l]og_forwarder.rb';
const running = async (address: string): Promise<number> =>
  Number(await cluster.onNode(address, `pgrep -c -f '${TRAFFIC_CONTROLLER}' || true`));

describe('a cluster that is scaled while its page is visited', { timeout: COLD_MS }, () => {
  const front = createFront(A, DOMAIN);
  let engine: TestEngine;
  let deploys: ReturnType<typeof createVisitedDeploys>;
  let now: Wanted = BASE;

  const startWith = async (release: string): Promise<void> => {
    await engine.stop();
    await engine.start({ DEPLOYMENT_ENGINE_RELEASE: release });
  };
  const configuration = (change: Wanted): { components: Wanted; properties: typeof properties } => {
    now = { ...now, ...change };
    return { components: now, properties };
  };
  const scale = (what: string, change: Wanted) => deploys.deploy(what, configuration(change));
  /** Begins a deploy that nobody watches. */
  const begin = async (change: Wanted): Promise<number> => {
    await engine.configure(configuration(change));
    return (await engine.deploy()).run;
  };
  const startedBy = async (run: number, address: string, step: string) =>
    (await cluster.ledgerOf(address)).filter(
      (line) => line.event === 'started' && line.run === run && line.step === step,
    );
  const untilStarted = (run: number, address: string, step: string, count = 1): Promise<void> =>
    until(async () => (await startedBy(run, address, step)).length >= count, `${step} is at work`, COLD_MS);
  const onceEach = async (run: number, address: string, step: string): Promise<void> => {
    const keys = (await startedBy(run, address, step)).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(keys).size).toBe(keys.length);
  };
  /** Whatever dea goes, another one has the app. */
  const spread = async (deas: number): Promise<void> => {
    const { password } = await engine.credentials();
    const { app } = await checkCluster({ haproxy: A, domain: DOMAIN, adminPassword: password });
    const token = (await front.token('admin', password)) ?? '';
    expect((await front.spread({ app: 'hello', guid: app.guid, token, deas })).size).toBe(deas);
  };
  const lastLine = async (run: number) => (await readRunLog(engine.base, run)).at(-1)?.line;

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', String(NODES.length));
    await Promise.all(NODES.map((address) => cluster.setRootPassword(address)));
    engine = await createTestEngine(temporaryFolder());
    deploys = createVisitedDeploys({ engine, front, nodes: NODES });
    await startWith(await buildRelease({ version: VERSION }));
    const run = await begin({});
    expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    await deploys.untilAllRun();
    await spread(2);
  }, COLD_MS);

  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  it('gets one dea more', async () => {
    const { plan, failures } = await scale('one dea more', { dea: [D, C, B] });
    expect(changesOf(plan)).toEqual(['added dea/2']);
    expect([plan.interruptions, failures]).toEqual([[], []]);
  });

  it('loses the first of three deas', async () => {
    await spread(3);
    const { plan, failures } = await scale('the first of three deas goes', { dea: [C, B] });
    expect(changesOf(plan)).toEqual(['changed dea/1', 'removed dea/0']);
    expect([plan.interruptions, failures]).toEqual([[], []]);
  });

  it('changes nothing when it is scaled to the same again', async () => {
    const run = await begin({});
    expect(await engine.ended(run)).toMatchObject({ outcome: 'unchanged', nodes: [], instances: [] });
  });

  it.each([
    ['a third gorouter comes', [B, D, C], 'added gorouter/2'],
    ['one of three gorouters goes', [B, D], 'removed gorouter/2'],
  ] as const)('says that haproxy is away for a moment when %s', async (what, gorouter, change) => {
    const { plan, view, failed, gapMs } = await scale(what, { gorouter });
    expect(changesOf(plan)).toEqual(expect.arrayContaining([change, 'changed haproxy/0']));
    expect(plan.interruptions).toMatchObject([{ instance: 'haproxy/0', reasons: ['properties: router.servers.z1'] }]);
    const log = await readRunLog(engine.base, view.run);
    expect(log.map(({ line }) => line)).toContain(plan.interruptions?.[0]?.what);
    const { steps = [] } = view.instances.find(({ id }) => id === 'haproxy/0') ?? {};
    const [from, to] = [steps[0]?.startedAt, steps.at(-1)?.endedAt].map((time) => Date.parse(time ?? ''));
    expect(failed.filter(({ begun, ended }) => begun > (to ?? 0) || ended < (from ?? 0))).toEqual([]);
    expect(gapMs).toBeLessThan(HAPROXY_MS);
  });

  it.each([
    ['to another node', D],
    ['back', A],
  ])('has hm9000 moved %s', async (where, address) => {
    const { plan, failures } = await scale(`hm9000 moves ${where}`, { hm9000: [address] });
    expect(changesOf(plan).map((change) => change.split(' ')[0])).toEqual(['added', 'removed']);
    expect(failures).toEqual([]);
  });

  it('has uaa and login swap their nodes, each in need of the other’s port', async () => {
    const { plan, failures } = await scale('uaa and login swap', { uaa: [B], login: [A] });
    expect(changesOf(plan)).toEqual(expect.arrayContaining(['added login/1', 'added uaa/1', 'removed uaa/0']));
    const leaving = plan.instances.find(({ id }) => id === 'uaa/0');
    expect(leaving?.reasons).toContain('leaves port 8080 to login/1');
    expect(failures).toEqual([]);
    const { password } = await engine.credentials();
    expect(await front.token('admin', password)).toBeTypeOf('string');
  });

  it('loses the first collector under a worker that is killed twice, and the second runs what the first alone ran', async () => {
    expect([await running(D), await running(E)]).toEqual([1, 0]);
    await cluster.onNode(D, 'mkdir -p /var/vcap/store/collector && echo precious >/var/vcap/store/collector/file');
    const run = await begin({ collector: [E] });
    await untilStarted(run, D, 'removeInstance');
    await engine.kill('worker');
    await untilStarted(run, D, 'removeInstance', 2);
    await engine.kill('worker');
    expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    await onceEach(run, D, 'removeInstance');
    expect(await cluster.onNode(D, 'cat /var/vcap/store/removed/*/collector/file')).toBe('precious');
    expect(await cluster.onNode(D, 'ls -d /var/vcap/store/removed/collector* | wc -l')).toBe('1');
    expect(await cluster.onNode(D, 'ls /var/vcap/bosh/instances | grep -c collector || true')).toBe('0');
    await deploys.untilAllRun();
    expect([await running(D), await running(E)]).toEqual([0, 1]);
    expect(await deploys.changes()).toEqual([]);
  });

  it('leaves a node and loses a component although everything is killed meanwhile', async () => {
    const release = await buildRelease({ version: VERSION });
    const run = await begin({ collector: [] });
    await untilStarted(run, E, 'removeInstance');
    await engine.killSupervisor();
    await startWith(release);
    await untilStarted(run, E, 'leaveNode');
    await engine.killSupervisor();
    await startWith(release);
    expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    await onceEach(run, E, 'removeInstance');
    await onceEach(run, E, 'leaveNode');
    expect(await cluster.onNode(E, 'ls /var/lib/deployment-engine | tr "\\n" " "')).toBe('ledger lock');
    expect(
      await cluster.onNode(E, 'ls /var/vcap/bosh/instances /var/vcap/jobs /var/vcap/monit/job | grep -c _ || true'),
    ).toBe('0');
    await deploys.untilAllRun();
    expect(await deploys.changes()).toEqual([]);
  });

  it('does not wait for a node that is dead, and takes no new machine at its address for it', async () => {
    await scale('the node is taken back', { collector: [E] });
    await cluster.nodes('cut', E);
    const began = Date.now();
    const orphaned = await begin({ collector: [] });
    expect(await engine.ended(orphaned)).toMatchObject({ outcome: 'ok', reason: null });
    console.log(`a dead node is left behind: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    expect(await deploys.changes()).toEqual(['removed collector/1']);

    await cluster.onNode(E, 'mkdir /root/keys && mv /etc/ssh/ssh_host_* /root/keys && ssh-keygen -A');
    await cluster.nodes('heal', E);
    await cluster.nodes('reboot', E);
    const before = (await cluster.ledgerOf(E)).length;
    const refused = await begin({});
    expect(await engine.ended(refused)).toMatchObject({ outcome: 'unchanged' });
    const { instances } = await engine.plan();
    expect(
      instances
        .find(({ id }) => id === 'collector/1')
        ?.reasons.map(inEnglish)
        .join(),
    ).toContain('host key');
    expect((await cluster.ledgerOf(E)).length).toBe(before);
    expect(await cluster.onNode(E, 'ls /var/vcap/bosh/instances')).toBe('collector_1');

    await cluster.onNode(E, 'rm /etc/ssh/ssh_host_* && mv /root/keys/* /etc/ssh');
    await cluster.nodes('reboot', E);
    const cleaned = await begin({});
    expect(await engine.ended(cleaned)).toMatchObject({ outcome: 'ok', reason: null });
    expect(await cluster.onNode(E, 'ls /var/lib/deployment-engine | tr "\\n" " "')).toBe('ledger lock');
    expect(await deploys.changes()).toEqual([]);
  });

  it('goes on with a newer revision, and with another release, where a job does not start', async () => {
    await startWith(await releaseThatDoesNotStart('hm9000', VERSION, temporaryFolder()));
    const parked = await begin({});
    expect(await engine.parked(parked, COLD_MS)).toMatchObject({ step: 'start', code: 'JobNotRunning' });
    const withoutIt = await begin({ hm9000: [] });
    expect(await engine.ended(withoutIt, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    expect(await engine.ended(parked)).toMatchObject({ outcome: 'superseded' });
    expect(await lastLine(parked)).toBe(`deploy ${parked} SUPERSEDED (run ${withoutIt})`);

    const again = await begin({ hm9000: [A] });
    expect(await engine.parked(again, COLD_MS)).toMatchObject({ step: 'start', code: 'JobNotRunning' });
    await startWith(await buildRelease({ version: VERSION }));
    const { run: mended } = await engine.deploy();
    expect(mended).toBeGreaterThan(again);
    expect(await engine.ended(mended, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    expect(await lastLine(again)).toBe(`deploy ${again} SUPERSEDED (run ${mended})`);
    await deploys.untilAllRun();
    expect(await deploys.changes()).toEqual([]);
  });
});

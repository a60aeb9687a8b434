import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPONENT_TRAITS, type ComponentName, COMPONENTS } from '../../domain/components.ts';
import { buildRelease } from '../../sample/build-release.ts';
import { checkCluster } from '../../sample/cluster-check.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import { createFront, INFO, inWords, LOGIN, lossSeen, pageOf } from '../integration/front-page.ts';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { TAKES_OVER } from './two-of-each/takes-over.ts';

const COLD_MS = 20 * 60_000;
const CUT_MS = 60_000;
const VISIT_MS = 100;
// Times of the machine, whatever else it does: a row of the status is up to 5 s old, and a node's monit looks every 10 s.
const BACK_MS = 120_000;

const SINGLE = COMPONENTS.filter((component) => COMPONENT_TRAITS[component].single);
const TWICE = COMPONENTS.filter((component) => !COMPONENT_TRAITS[component].single);
/** Whoever there is but one of; nobody's loss is tried here. */
const SHARED = cluster.nodeAt(0);
/** The only instance on its node: its loss is nobody else's. */
const addressOf = (component: ComponentName, number: number): string =>
  cluster.nodeAt(1 + 2 * TWICE.indexOf(component) + number);
const LOSSES = TWICE.flatMap((component) => [0, 1].map((number) => [component, number] as const));

// A router waits 3 seconds for an address that is silent, then asks another one and forgets the first; twice that on a busy
// machine.
const ROUTER_FORGETS = 6;
/**
 * Seconds after a loss from which on every visit gets its page at once; where none is named, nobody notices anything.
 * haproxy asks each router twice a second and leaves out the one that was silent twice.
 */
const PROMISED: Partial<Record<ComponentName, number>> = {
  gorouter: 3,
  cloud_controller_ng: ROUTER_FORGETS,
  uaa: ROUTER_FORGETS,
  login: ROUTER_FORGETS,
  dea: ROUTER_FORGETS,
};
/** What the lost one had taken and not answered; nobody knows of it, so nobody asks again. */
const MOST_FAILED = 5;

describe('a cluster with two of each that may have two', { timeout: COLD_MS }, () => {
  const front = createFront(SHARED, DOMAIN);
  const nodes = [SHARED, ...LOSSES.map(([component, number]) => addressOf(component, number))];
  let engine: TestEngine;
  let password = '';
  let lastRun = 0;

  /** Each row seen after `since`. */
  const allRunSince = (since: number): Promise<void> =>
    until(
      async () =>
        (await engine.status()).every(({ Status, Age }) => Status === 'RUNNING' && Date.now() - Age * 1000 > since),
      'all run, as seen after the loss',
      BACK_MS,
    );
  const onlyIsDown = (component: ComponentName, address: string): Promise<void> =>
    until(
      async () => {
        const down = (await engine.status()).filter(({ Status }) => Status === 'DOWN');
        return down.length === 1 && down[0]?.Comp === component && down[0].Ip === address;
      },
      `${component} on ${address} alone is down`,
      BACK_MS,
    );
  const check = (app: string) => checkCluster({ haproxy: SHARED, domain: DOMAIN, adminPassword: password, app });
  const secondsSince = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);

  const takesOver = async (component: ComponentName, number: number, lostAt: number): Promise<void> => {
    const hasTakenOver = TAKES_OVER[component];
    if (hasTakenOver === undefined) return;
    const survivor = { number, address: addressOf(component, number), etcd: SHARED, lostAt };
    await until(() => hasTakenOver(survivor), `${component}/${number} takes over`, BACK_MS);
    console.log(`  the other has taken over after ${secondsSince(lostAt)} s`);
  };

  /** Whatever dea goes next, the other one has the app. */
  const bothServe = async (): Promise<void> => {
    const deas = new Set<string>();
    await until(
      async () =>
        deas.add((await front.page('hello')).split(' on ')[1] ?? '') &&
        [0, 1].every((number) => deas.has(addressOf('dea', number))),
      'both deas serve the app',
      BACK_MS,
    );
  };

  /** Has the cluster visited while a node is lost, and judges what visitors saw. */
  async function visited(what: string, promised: number, lose: () => Promise<number>): Promise<void> {
    const visiting = front.visiting([INFO, LOGIN, pageOf('hello')], VISIT_MS);
    const lostAt = await lose().catch(async (error: unknown) => {
      await visiting.stop();
      throw error;
    });
    const loss = lossSeen(await visiting.stop(), lostAt);
    console.log(`${what}: ${inWords(loss)}`);
    expect(loss.seenFor).toBeLessThanOrEqual(promised);
    expect(loss.failed.length).toBeLessThanOrEqual(MOST_FAILED);
  }

  /** Gives when the cable was off. */
  async function cutFor(component: ComponentName, number: number): Promise<number> {
    const address = addressOf(component, number);
    await cluster.nodes('cut', address);
    const lostAt = Date.now();
    const say = (what: string) => (): void => console.log(`  ${what} after ${secondsSince(lostAt)} s`);
    await Promise.all([
      onlyIsDown(component, address).then(say('seen by the engine')),
      takesOver(component, 1 - number, lostAt),
      check(`without-${component.replaceAll('_', '-')}-${number}`).then(say('a new app is up')),
      // The minute itself is what is tried.
      wait(CUT_MS),
    ]);
    const healedAt = Date.now();
    await cluster.nodes('heal', address);
    await allRunSince(healedAt);
    console.log(`  all runs ${secondsSince(healedAt)} s after the cable was back`);
    return lostAt;
  }

  /** Gives when it was told to reboot. */
  async function reboot(component: ComponentName, number: number): Promise<number> {
    const lostAt = Date.now();
    await cluster.nodes('reboot', addressOf(component, number));
    const bootedAt = Date.now();
    await allRunSince(bootedAt);
    console.log(`  all runs ${secondsSince(bootedAt)} s after its ssh answered`);
    return lostAt;
  }

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', String(nodes.length));
    await Promise.all(nodes.map((address) => cluster.setRootPassword(address)));
    engine = await createTestEngine(temporaryFolder());
    await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await buildRelease({ version: '170' }) });
    await engine.configure({
      components: {
        ...Object.fromEntries(SINGLE.map((component) => [component, [SHARED]])),
        ...Object.fromEntries(
          TWICE.map((component) => [component, [0, 1].map((number) => addressOf(component, number))]),
        ),
      },
      properties: cluster.clusterConfiguration().properties,
    });
    ({ run: lastRun } = await engine.deploy());
    expect(await engine.ended(lastRun, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    ({ password } = await engine.credentials());
    const { app } = await check('hello');
    const token = (await front.token('admin', password)) ?? '';
    expect((await front.spread({ app: 'hello', guid: app.guid, token, deas: 2 })).size).toBe(2);
  }, COLD_MS);

  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  it.each(LOSSES)('goes on without %s/%i, and takes it back by itself', async (component, number) => {
    const promised = PROMISED[component] ?? 0;
    await visited(`${component}/${number} is cut off`, promised, () => cutFor(component, number));
    await bothServe();
    await visited(`${component}/${number} reboots`, promised, () => reboot(component, number));
    await bothServe();
  });

  it('was never told anything by the engine', async () => {
    expect((await engine.runs())[0]?.run).toBe(lastRun);
    const { nodes: planned, instances } = await engine.plan();
    expect([...planned, ...instances].filter(({ change }) => change !== 'untouched')).toEqual([]);
  });
});

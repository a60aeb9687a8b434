import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, stepsOf, type DeployView, type TestEngine } from './test-engine.ts';

const [CORE, FRONT] = [cluster.nodeAt(0), cluster.nodeAt(1)];
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;

const { properties } = cluster.clusterConfiguration();
const COMPONENTS = { nats: [FRONT], etcd: [CORE], loggregator: [CORE] };
const configuration = { components: COMPONENTS, properties };
const withDea = { components: { ...COMPONENTS, dea: [FRONT] }, properties };

const setPasswords = (address: string, { root, password }: { readonly root: string; readonly password: string }) =>
  cluster.onNode(address, `printf '%s\n' 'root:${root}' '${properties.user}:${password}' | chpasswd`);

/** Every change of the node by the update stage. */
const updatesOf = async (address: string) =>
  (await cluster.ledgerOf(address)).filter(({ instance, event }) => instance !== '-' && event === 'started');

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `nodes that the survey cannot read${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '2');
      await Promise.all([CORE, FRONT].map((address) => cluster.setRootPassword(address)));
      engine = await createTestEngine(temporaryFolder());
      // What is at once here does not wait for the patience with a silent node. Wrong passwords are shown on purpose.
      await engine.start({ DEPLOYMENT_ENGINE_PATIENCE: '15m', DEPLOYMENT_ENGINE_PASSWORD_WINDOW: '3s' });
      await engine.configure(configuration);
      const { run } = await engine.deploy();
      expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok' });
    }, COLD_MS);

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it('stops and starts nothing that is as wanted once a wrong password is corrected', async () => {
      await setPasswords(CORE, { root: 'not-this', password: 'nor-this' });
      const before = await updatesOf(CORE);
      const plan = await engine.plan();
      expect(plan.nodes.find(({ address }) => address === CORE)).toMatchObject({ change: 'unreachable' });
      expect(new Set(plan.instances.map(({ change }) => change))).toEqual(new Set(['untouched']));

      const { run } = await engine.deploy();
      expect(await engine.parked(run, 120_000)).toMatchObject({ target: CORE, step: 'connect' });
      await setPasswords(CORE, properties);
      await engine.resolve(run, { action: 'retry' });
      const view = await engine.ended(run);
      expect(['ok', 'unchanged']).toContain(view.outcome);
      expect(stepsOf(view).filter(({ target }) => target.includes('/'))).toEqual([]);
      expect(await updatesOf(CORE)).toEqual(before);
    });

    it('installs one dea more at once while the node with the loggregator is cut off', async () => {
      await cluster.nodes('cut', CORE);
      await engine.configure(withDea);
      const plan = await engine.plan();
      expect(plan.nodes.find(({ address }) => address === CORE)?.steps).toEqual([
        { name: 'connect', reasons: ['does not answer; looked at when it does'] },
      ]);
      const { run } = await engine.deploy();
      const isAt = (target: string, step: string, state: string) => (view: DeployView) =>
        stepsOf(view).some((each) => each.target === target && each.step === step && each.state === state);
      await engine.runWhen(run, 'dea/0 is started', isAt('dea/0', 'start', 'done'), COLD_MS);
      // On a fast machine the dea may be up before the first attempt to connect has failed.
      await engine.runWhen(run, `${CORE} is asked again`, isAt(CORE, 'connect', 'retrying'));

      const before = await updatesOf(CORE);
      await cluster.nodes('heal', CORE);
      expect(await engine.ended(run)).toMatchObject({ outcome: 'ok' });
      expect(await updatesOf(CORE)).toEqual(before);
      await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run');
    });
  },
);

import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';
import { nodeWorkflowId } from '../../workflows/messages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { readRunLog } from './run-log.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const [CORE, FRONT] = [cluster.nodeAt(0), cluster.nodeAt(1)];
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
const BOTH = { components: { nats: [FRONT, CORE] }, properties: cluster.clusterConfiguration().properties };
/** How soon a node has nothing of a run at work after the run was told to end. */
const ENDS_WITHIN_MS = 60_000;

/** Makes dpkg wait, so that a command lasts: below it are apt-get or dpkg, a shell and this. */
const HELD = 'sleep 86421';
const hold = (address: string) =>
  cluster.onNode(address, `echo 'pre-invoke=${HELD}' >/etc/dpkg/dpkg.cfg.d/held-by-test`);
const letGo = (address: string) => cluster.onNode(address, 'rm /etc/dpkg/dpkg.cfg.d/held-by-test');

/** What an engine has at work on a node, and what that has started. */
const atWork = async (address: string): Promise<string[]> =>
  (await cluster.onNode(address, 'ps -eo args'))
    .split('\n')
    .filter((line) => line.startsWith(HELD) || /deployment-engine\/(jobs|runner)|^(\S*\/)?(dpkg|apt-get) /.test(line));

const isHeld = async (address: string): Promise<boolean> => (await atWork(address)).includes(HELD);

/** Commands of a run that its ledger knows as started and not as ended. */
async function unended(address: string, run: number): Promise<string[]> {
  const lines = (await cluster.ledgerOf(address)).filter((line) => line.run === run);
  const ended = new Set(lines.filter(({ event }) => event === 'ended').map(({ key }) => key));
  return lines.filter(({ event, key }) => event === 'started' && !ended.has(key)).map(({ step }) => step);
}

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `runs that are told to end${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '2');
      await Promise.all([CORE, FRONT].map((address) => cluster.setRootPassword(address)));
      await Promise.all([CORE, FRONT].map(hold));
      engine = await createTestEngine(temporaryFolder());
      await engine.start({ DEPLOYMENT_ENGINE_PATIENCE: '15m' });
      await engine.configure(BOTH);
    });

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    const endsOn = (address: string) =>
      until(async () => (await atWork(address)).length === 0, `nothing is at work on ${address}`, ENDS_WITHIN_MS);

    it(
      'has nothing at work after a cancel on a node that answers, and names the one that does not',
      async () => {
        const { run } = await engine.deploy();
        for (const address of [CORE, FRONT]) await until(() => isHeld(address), `${address} is at work`, COLD_MS);
        await cluster.nodes('cut', CORE);
        await engine.cancel(run);
        await endsOn(FRONT);
        expect(await engine.ended(run)).toMatchObject({
          outcome: 'cancelled',
          reason: `cancelled by an operator; remote-unknown: ${CORE}`,
        });
        expect(await atWork(FRONT)).toEqual([]);
        expect(await unended(FRONT, run)).toEqual([]);
        expect(await isHeld(CORE)).toBe(true);
        const log = (await readRunLog(engine.base, run)).map(({ line }) => line);
        expect(log).toContainEqual(
          expect.stringMatching(`^remote-unknown: a command of this run may still be at work on ${CORE} `),
        );
        expect(log.at(-1)).toBe(`deploy ${run} CANCELLED`);
      },
      COLD_MS,
    );

    it(
      'ends what the cancelled run has left with the next deploy, and what one node does with Terminate',
      async () => {
        await letGo(CORE);
        await cluster.nodes('heal', CORE);
        const { run } = await engine.deploy();
        await until(() => isHeld(FRONT), `${FRONT} is at work`, COLD_MS);
        await until(async () => (await unended(CORE, 1)).length === 0, `what was left on ${CORE} is ended`, COLD_MS);
        expect(await isHeld(CORE)).toBe(false);

        const connection = await Connection.connect({ address: engine.temporalAddress });
        const { workflow } = new Client({ connection, namespace: OWN_NAMESPACE });
        await workflow.getHandle(nodeWorkflowId('cf', run, FRONT)).terminate();
        await connection.close();
        await endsOn(FRONT);
        expect(await engine.ended(run, COLD_MS)).toMatchObject({
          outcome: 'incomplete',
          reason: expect.stringContaining(`${FRONT}: its workflow was terminated by hand`),
        });
        expect(await unended(FRONT, run)).toEqual([]);
      },
      COLD_MS,
    );

    it(
      'gives back a node that was prepared and is no longer wanted',
      async () => {
        const owner = () => cluster.onNode(FRONT, 'cat /var/lib/deployment-engine/owner 2>/dev/null || true');
        const source = () =>
          cluster.onNode(FRONT, 'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true');
        expect(await owner()).not.toBe('');
        expect(await source()).toContain(cluster.HOME);
        await engine.configure({ ...BOTH, components: { nats: [CORE] } });
        expect((await engine.plan()).nodes).toContainEqual(
          expect.objectContaining({ address: FRONT, change: 'removed' }),
        );
        const { run } = await engine.deploy();
        expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
        expect(await owner()).toBe('');
        expect(await source()).not.toContain(cluster.HOME);
        const again = await engine.deploy();
        expect(await engine.ended(again.run)).toMatchObject({ outcome: 'unchanged' });
      },
      COLD_MS,
    );

    it(
      'goes through afterwards',
      async () => {
        await letGo(FRONT);
        await engine.configure(BOTH);
        const { run } = await engine.deploy();
        expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
      },
      COLD_MS,
    );
  },
);

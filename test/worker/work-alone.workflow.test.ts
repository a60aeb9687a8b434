import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { inEnglish, type Text } from '../../domain/text/text.ts';
import { pollersOf, workerIdentity } from '../../temporal/pollers.ts';
import { assertAlone, watchForStrangers, type Working } from '../../worker/work-alone.ts';
import { startWatching } from '../../worker/start-watching.ts';
import { taskQueueOf } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflows/workflow-temporal.ts';

let temporal: WorkflowTemporal;
let connection: Connection;
let ours: Working;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
  connection = await Connection.connect(temporal.server.connection);
  ours = { server: temporal.server, connection, cluster: 'cf', engine: 'ours', identity: OURS };
});
afterAll(async () => {
  await connection.close();
  await temporal.stop();
});

const OFTEN = { everyMs: 100, goneAfterMs: 2_000 };
// A watch whose days are over at once keeps its worker polling.
const BUSY = { watchNodes: () => new Promise((over) => setTimeout(over, 50)) };
const SINCE = Date.now();
const OURS = workerIdentity('ours', SINCE);
const THEIRS = workerIdentity('theirs', SINCE + 2);

/** By Temporal's clock in milliseconds; 0 = never. */
async function polledAt(who: string): Promise<number> {
  const queue = { namespace: temporal.server.namespace, taskQueue: taskQueueOf('cf') };
  return (await pollersOf(connection, queue)).find(({ identity }) => identity === who)?.polledAt ?? 0;
}

it('works beside workers of its own store, and those of older builds that do not say whose they are', async () => {
  await temporal.withWorker(BUSY, () => assertAlone(ours, OFTEN), OURS);
  await temporal.withWorker(BUSY, () => assertAlone(ours, OFTEN));
});

it('is refused while workers with another store poll, and not when they are gone', async () => {
  await startWatching(temporal.server, 'cf');
  const refused = async () => {
    await until(async () => (await polledAt(THEIRS)) > 0, 'they poll');
    await expect(assertAlone(ours, { everyMs: 100 })).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringMatching(/TEMPORAL_NAMESPACE.*DEPLOYMENT_ENGINE_CLUSTER/),
    });
  };
  await temporal.withWorker(BUSY, refused, THEIRS);
  // Temporal still lists them, and notes the last poll late.
  const isAlone = () =>
    assertAlone(ours, OFTEN).then(
      () => true,
      () => false,
    );
  await until(isAlone, 'they are gone');
});

it('goes where the other engine was there before, and leaves it to one that came later to go', async () => {
  await startWatching(temporal.server, 'cf');
  const [earlier, later] = [workerIdentity('earlier', SINCE - 1), workerIdentity('later', SINCE + 1)];
  let reason: Text | undefined;
  const stop = watchForStrangers(ours, (why) => (reason = why), 100);
  onTestFinished(stop);
  const pollsOn = async (): Promise<void> => {
    await until(async () => (await polledAt(later)) > 0, 'it polls');
    const first = await polledAt(later);
    // Ten looks.
    await until(async () => (await polledAt(later)) > first + 1_000, 'it has polled for a second');
    expect(reason).toBeUndefined();
  };
  await temporal.withWorker(BUSY, pollsOn, later);
  await temporal.withWorker(BUSY, () => until(() => reason !== undefined, 'it is told'), earlier);
  expect(inEnglish(reason ?? '')).toContain('Workers with another store');
});

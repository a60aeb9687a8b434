import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { withHeartbeat } from '../../activities/boundary/with-heartbeat.ts';
import { keepWatching, startWatching } from '../../worker/start-watching.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflows/workflow-temporal.ts';

const OURS = { cluster: 'cf', engine: 'own' };
const THEIRS = { cluster: 'cf', engine: 'of another store' };

let temporal: WorkflowTemporal;
let ending: AbortController;
const refused = vi.fn<(reason: unknown) => void>();

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterEach(async () => {
  ending?.abort();
  refused.mockReset();
  await watch().terminate();
});
afterAll(() => temporal.stop());

const watch = () => temporal.client.workflow.getHandle('watch/cf');

/** Watches until the worker stops. */
const work = (): Promise<unknown> => withHeartbeat(({ cancelled }) => cancelled);

const keep = (server = temporal.server): Promise<void> => {
  ending = new AbortController();
  return keepWatching(server, OURS, { signal: ending.signal, everyMs: 50, onRefused: refused });
};

it('begins a watch again that somebody has ended, until it is aborted', async () => {
  await startWatching(temporal.server, OURS);
  const first = await watch().describe();
  await startWatching(temporal.server, OURS);
  expect((await watch().describe()).runId).toBe(first.runId);

  const kept = keep();
  await watch().terminate('ended in the Web UI');
  await until(async () => {
    const { status, runId } = await watch().describe();
    return status.name === 'RUNNING' && runId !== first.runId;
  }, 'the watch runs again');
  ending.abort();
  await kept;
});

it('tells why a try failed, and tries again', async () => {
  await startWatching(temporal.server, OURS);
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const connection = { address: '127.0.0.1:9', connectTimeout: 100 };
  const kept = keep({ ...temporal.server, address: connection.address, connection });
  await until(() => told.mock.calls.length >= 2, 'it has told of two tries');
  ending.abort();
  await kept;
  expect(told).toHaveBeenCalledWith(expect.stringContaining('no Temporal server answers at 127.0.0.1:9'));
  expect(refused).not.toHaveBeenCalled();
  told.mockRestore();
});

it('refuses to work beside workers with another store, and leaves when they came meanwhile', async () => {
  await temporal.withWorker({ watchNodes: work }, async () => {
    await startWatching(temporal.server, THEIRS);
    await expect(startWatching(temporal.server, OURS)).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringMatching(/TEMPORAL_NAMESPACE.*DEPLOYMENT_ENGINE_CLUSTER/),
    });
    const kept = keep();
    await until(() => refused.mock.calls.length > 0, 'it is told to leave');
    ending.abort();
    await kept;
    expect((await watch().describe()).memo).toEqual({ engine: THEIRS.engine });
  });
});

it.each([
  ['an engine whose store and workers are gone', { engine: 'lost' }],
  ['an older build, which does not say whose it is', undefined],
])('takes over the watch of %s', async (_what, memo) => {
  await temporal.client.workflow.start('watchCluster', {
    taskQueue: TASK_QUEUE,
    workflowId: 'watch/cf',
    args: [{ cluster: 'cf' }],
    ...(memo === undefined ? {} : { memo }),
  });
  await startWatching(temporal.server, OURS);
  expect(await watch().describe()).toMatchObject({ status: { name: 'RUNNING' }, memo: { engine: OURS.engine } });
});

it('says whose it is after a day too', async () => {
  let days = 0;
  const watchNodes = async () => {
    days += 1;
    if (days > 2) await work();
  };
  await temporal.withWorker({ watchNodes }, async () => {
    await startWatching(temporal.server, OURS);
    await until(() => days > 2, 'it has continued twice');
    expect((await watch().describe()).memo).toEqual({ engine: OURS.engine });
  });
});

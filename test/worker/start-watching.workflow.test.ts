import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { keepWatching, startWatching } from '../../worker/start-watching.ts';
import { until } from '../support/until.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflows/workflow-temporal.ts';

let temporal: WorkflowTemporal;
let ending: AbortController;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterEach(() => ending?.abort());
afterAll(() => temporal.stop());

const watch = () => temporal.client.workflow.getHandle('watch/cf');

const keep = (server = temporal.server): Promise<void> => {
  ending = new AbortController();
  return keepWatching(server, 'cf', { signal: ending.signal, everyMs: 50 });
};

it('begins a watch again that somebody has ended, until it is aborted', async () => {
  await startWatching(temporal.server, 'cf');
  const first = await watch().describe();
  await startWatching(temporal.server, 'cf');
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
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const connection = { address: '127.0.0.1:9', connectTimeout: 100 };
  const kept = keep({ ...temporal.server, address: connection.address, connection });
  await until(() => told.mock.calls.length >= 2, 'it has told of two tries');
  ending.abort();
  await kept;
  expect(told).toHaveBeenCalledWith(expect.stringContaining('no Temporal server answers at 127.0.0.1:9'));
  told.mockRestore();
});

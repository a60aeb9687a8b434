import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { keepWatching, startWatching } from '../../worker/start-watching.ts';
import { type EmbeddedTemporal, startTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';

let temporal: EmbeddedTemporal;
let client: Client;

beforeAll(async () => {
  temporal = await startTemporal();
  client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
});

afterAll(async () => {
  await client.connection.close();
  await temporal.stop();
});

it('begins a watch again that somebody has ended, until it is aborted', async () => {
  const watch = client.workflow.getHandle('watch/cf');
  await startWatching(temporal.server, 'cf');
  const first = await watch.describe();
  await startWatching(temporal.server, 'cf');
  expect((await watch.describe()).runId).toBe(first.runId);

  const ending = new AbortController();
  const kept = keepWatching(temporal.server, 'cf', { signal: ending.signal, everyMs: 50 });
  await watch.terminate('ended in the Web UI');
  await until(async () => {
    const { status, runId } = await watch.describe();
    return status.name === 'RUNNING' && runId !== first.runId;
  }, 'the watch runs again');
  ending.abort();
  await kept;
});

it('tells why a try failed, and tries again', async () => {
  const ending = new AbortController();
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const connection = { address: '127.0.0.1:9', connectTimeout: 100 };
  const nowhere = { ...temporal.server, address: connection.address, connection };
  const kept = keepWatching(nowhere, 'cf', { signal: ending.signal, everyMs: 20 });
  await until(() => told.mock.calls.length >= 2, 'it has told of two tries');
  ending.abort();
  await kept;
  expect(told).toHaveBeenCalledWith(expect.stringContaining('no Temporal server answers at 127.0.0.1:9'));
  told.mockRestore();
});

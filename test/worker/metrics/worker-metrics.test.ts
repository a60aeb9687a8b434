import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { FROM_NATS, line } from '../../store/samples.ts';
import { openSqlite } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createWorkerMetrics, type WorkerMetrics } from '../../../worker/metrics/worker-metrics.ts';

/** Lets an activity run through the interceptor, and ignores how it ends. */
async function attempt(metrics: WorkerMetrics, activityType: string, run: () => Promise<unknown>): Promise<unknown> {
  const { inbound } = metrics.interceptor({ info: { activityType } } as never);
  const execute = (inbound as ActivityInboundCallsInterceptor | undefined)?.execute;
  if (execute === undefined) return 'not measured';
  return execute({ args: [], headers: {} }, run as never).catch((error: unknown) => error);
}

const samplesOf = async ({ registry }: WorkerMetrics): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((row) => /^deployment_engine_.*\} |^deployment_engine_\w+ /.test(row));

it('counts attempts by how they ended, and failures by their code', async () => {
  const metrics = createWorkerMetrics();
  await attempt(metrics, 'connect', async () => ({ state: 'changed' }));
  await attempt(metrics, 'connect', async () => ({ state: 'unchanged' }));
  const failure = ApplicationFailure.create({ type: 'NodeUnreachable', nonRetryable: false });
  expect(await attempt(metrics, 'start', () => Promise.reject(failure))).toBe(failure);
  await attempt(metrics, 'start', () =>
    Promise.reject(ApplicationFailure.create({ type: 'JobNotRunning', nonRetryable: true })),
  );
  await attempt(metrics, 'start', () => Promise.reject(new CancelledFailure('the worker stops')));
  expect(await attempt(metrics, 'beginRun', async () => ({}))).toBe('not measured');
  expect((await samplesOf(metrics)).filter((row) => !row.includes('_bucket') && !row.includes('_sum'))).toEqual([
    'deployment_engine_step_attempt_duration_seconds_count{step="connect",outcome="changed"} 1',
    'deployment_engine_step_attempt_duration_seconds_count{step="connect",outcome="unchanged"} 1',
    'deployment_engine_step_attempt_duration_seconds_count{step="start",outcome="failed"} 2',
    'deployment_engine_step_attempt_duration_seconds_count{step="start",outcome="detached"} 1',
    'deployment_engine_step_failures_total{step="start",code="NodeUnreachable",retried="true"} 1',
    'deployment_engine_step_failures_total{step="start",code="JobNotRunning",retried="false"} 1',
  ]);
});

it('counts lines once they are stored, its own and those of commands', async () => {
  const metrics = createWorkerMetrics();
  const { log, ...store } = await openSqlite(temporaryFolder(), {});
  metrics.watch({ connections: { tally: () => ({ open: 0, opened: 0 }) }, log });
  const written = async () =>
    (await samplesOf(metrics))
      .find((row) => row.startsWith('deployment_engine_log_lines_written_total'))
      ?.split(' ')[1];
  expect(await written()).toBe('0');
  await log.append(0, [line('one'), line('two')], 'batch');
  await log.append(0, [line('one'), line('two')], 'batch');
  expect(await written()).toBe('2');

  const output = Buffer.from('a\nb\nc\nhalf');
  const source = { key: 'job', start: 0, end: output.length };
  await log.appendOutput(0, source, output, FROM_NATS);
  await log.appendOutput(0, source, output, FROM_NATS);
  expect(await written()).toBe('5');
  await expect(log.append(7, [line('of no run')])).rejects.toMatchObject({ code: 'RunNotFound' });
  expect(await written()).toBe('5');
  await store.close();
});

it('tells of the connections as they are when it is asked', async () => {
  const metrics = createWorkerMetrics();
  let tally = { open: 0, opened: 0 };
  metrics.watch({ connections: { tally: () => tally }, log: { written: () => 0 } });
  tally = { open: 2, opened: 5 };
  await samplesOf(metrics);
  expect(await samplesOf(metrics)).toEqual(
    expect.arrayContaining(['deployment_engine_ssh_connections 2', 'deployment_engine_ssh_connections_opened_total 5']),
  );
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { OWN_NAMESPACE, type TemporalServer } from '../../temporal/temporal-server.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { temporalPath } from '../support/temporal-path.ts';
import { startTemporal } from '../support/temporal.ts';

export interface WorkflowTemporal {
  readonly address: string;
  readonly server: TemporalServer;
  readonly client: Client;
  /** Runs a worker with these activities for as long as the test runs. `identity`: as Temporal shows it, default Temporal's. */
  withWorker(activities: object, test: () => Promise<void>, identity?: string): Promise<void>;
  /** The history of a workflow's execution, by default its newest, as the replayer reads it. */
  history(workflowId: string, runId?: string): Promise<string>;
  stop(): Promise<void>;
}

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** A real server, and workers; `workflows`: the URL of what they run, default the engine's. */
export async function startWorkflowTemporal(
  workflows = import.meta.resolve('../../workflows/index.ts'),
): Promise<WorkflowTemporal> {
  const { address, server, stop } = await startTemporal();
  const connection = await Connection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(workflows),
    logger: new DefaultLogger('ERROR'),
  });
  return {
    address,
    server,
    client: new Client({ connection, namespace: OWN_NAMESPACE }),
    withWorker: async (activities, test, identity) => {
      const native = await NativeConnection.connect({ address });
      const worker = await Worker.create({
        connection: native,
        namespace: OWN_NAMESPACE,
        taskQueue: TASK_QUEUE,
        workflowBundle,
        activities,
        ...(identity === undefined ? {} : { identity }),
        shutdownGraceTime: '100ms',
        stickyQueueScheduleToStartTimeout: '1s',
        // As in the engine's worker: a cancel is heard within a second.
        maxHeartbeatThrottleInterval: '1s',
      });
      await worker.runUntil(test);
      await native.close();
    },
    history: (workflowId, runId) => showHistory(address, workflowId, runId),
    stop: async () => {
      await connection.close();
      await stop();
    },
  };
}

async function showHistory(address: string, workflowId: string, runId?: string): Promise<string> {
  const words = [
    'workflow',
    'show',
    '-o',
    'json',
    '--address',
    address,
    '-w',
    workflowId,
    ...(runId === undefined ? [] : ['-r', runId]),
  ];
  const child = spawn(temporalPath(), words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString();
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { deployCluster, inspectCluster } from '../workflows/index.ts';
import {
  cancelUpdate,
  clusterIdKey,
  clusterWorkflowId,
  type DeployAccepted,
  deployUpdate,
  inspectWorkflowId,
  NAMESPACE,
  operationKey,
  resolveUpdate,
  type ResolveRequest,
  statusQuery,
  TASK_QUEUE,
} from '../workflows/messages.ts';
import type { ClusterClient } from './cluster-client.ts';
import { clusterHealth } from './cluster-health.ts';
import { endedWithoutAnswer, engineErrorOf } from './temporal-errors.ts';

// The survey of a deploy answers within 10 s; a decision as soon as a worker has it.
const NO_WORKER_AFTER_MS = 5000;
const QUERY_WITHIN_MS = 3000;
const INSPECTION_WITHIN = '3 minutes';
const ENDING_TRIES = 10;

/** Connects when it is first used and again whenever the server comes back. */
export function connectCluster(address: string, cluster: string): ClusterClient {
  const connection = Connection.lazy({ address, connectTimeout: '2s' });
  const client = new Client({ connection, namespace: NAMESPACE });
  const workflowId = clusterWorkflowId(cluster);
  const root = () => client.workflow.getHandle(workflowId);
  const health = clusterHealth(client);

  const requireWorker = async (): Promise<void> => {
    const { temporal, worker } = await health();
    if (!temporal) throw new DeploymentEngineError('NoWorker', 'the Temporal server does not answer');
    if (!worker) throw new DeploymentEngineError('NoWorker', 'no worker is connected; see data/log/worker.log');
  };

  const startDeploy = (revision: number) =>
    client.withDeadline(Date.now() + NO_WORKER_AFTER_MS, () =>
      client.workflow.startUpdateWithStart(deployUpdate, {
        args: [{ revision }],
        waitForStage: 'ACCEPTED',
        startWorkflowOperation: new WithStartWorkflowOperation<typeof deployCluster>('deployCluster', {
          workflowId,
          taskQueue: TASK_QUEUE,
          args: [{ cluster, operation: 'deploy' }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `Deploy cluster ${cluster}`,
          typedSearchAttributes: [
            { key: clusterIdKey, value: cluster },
            { key: operationKey, value: 'deploy' },
          ],
        }),
      }),
    );

  return {
    async deploy(revision): Promise<DeployAccepted> {
      await requireWorker();
      for (let tries = 1; ; tries++)
        try {
          return await (await startDeploy(revision)).result();
        } catch (error) {
          // It met a workflow that was just ending: the next one is ours.
          if (!endedWithoutAnswer(error) || tries === ENDING_TRIES) throw engineErrorOf(error);
          await sleep(100);
        }
    },

    async inspect(inspection) {
      await requireWorker();
      try {
        await client.workflow.execute<typeof inspectCluster>('inspectCluster', {
          workflowId: inspectWorkflowId(cluster, inspection),
          taskQueue: TASK_QUEUE,
          args: [{ inspection }],
          workflowExecutionTimeout: INSPECTION_WITHIN,
          staticSummary: `What a deploy of ${cluster} would change`,
          typedSearchAttributes: [
            { key: clusterIdKey, value: cluster },
            { key: operationKey, value: 'plan' },
          ],
        });
      } catch (error) {
        throw engineErrorOf(error);
      }
    },

    async resolve(request) {
      await requireWorker();
      return answered(() => root().executeUpdate<string, [ResolveRequest]>(resolveUpdate.name, { args: [request] }));
    },

    async cancel() {
      await requireWorker();
      return answered(() => root().executeUpdate(cancelUpdate));
    },

    async status() {
      try {
        return await client.withDeadline(Date.now() + QUERY_WITHIN_MS, () => root().query(statusQuery));
      } catch {
        return undefined;
      }
    },

    async isRunning(temporalRunId) {
      try {
        return await client.withDeadline(Date.now() + QUERY_WITHIN_MS, async () => {
          const { status } = await client.workflow.getHandle(workflowId, temporalRunId).describe();
          if (status.name !== 'CONTINUED_AS_NEW') return status.name === 'RUNNING';
          return (await root().describe()).status.name === 'RUNNING';
        });
      } catch (error) {
        return error instanceof WorkflowNotFoundError ? false : undefined;
      }
    },

    health,
    close: () => connection.close(),
  };

  async function answered<Result>(update: () => Promise<Result>): Promise<Result> {
    try {
      return await client.withDeadline(Date.now() + NO_WORKER_AFTER_MS, update);
    } catch (error) {
      throw engineErrorOf(error);
    }
  }
}

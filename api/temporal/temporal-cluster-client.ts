import type { Duration } from '@temporalio/common';
import { Client, Connection } from '@temporalio/client';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Question } from '../../domain/node/inspection.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { namespaceId } from '../../temporal/namespace.ts';
import type { TemporalServer } from '../../temporal/temporal-server.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { copyLog, inspectCluster } from '../../workflows/index.ts';
import {
  type CancelRequest,
  cancelUpdate,
  clusterIdKey,
  type DeployAccepted,
  inspectWorkflowId,
  operationKey,
  type ResolveRequest,
  resolveSignal,
  resolveUpdate,
  statusQuery,
  taskQueueOf,
} from '../../workflows/messages.ts';
import { createDecisionRequest } from './ask-decision.ts';
import { createDeployRequest } from './ask-deploy.ts';
import { createOperationRequest } from './ask-operation.ts';
import type { ClusterClient } from './cluster-client.ts';
import { clusterHealth } from './cluster-health.ts';
import { executionStates } from './execution-states.ts';
import { createTemporalClock } from './temporal-clock.ts';
import { engineErrorOf } from './temporal-errors.ts';

// Other routes answer within two seconds, and some ask twice.
const QUERIED_WITHIN_MS = 1_200;
const LOOK_WITHIN = '3 minutes';
/** Documented: 60 seconds. */
const ANSWERED_WITHIN = '58 seconds';
const ACCEPTED = { waitForStage: 'ACCEPTED' } as const;

interface LookOptions {
  readonly workflowId: string;
  readonly args: unknown[];
  readonly summary: Text;
  readonly operation: string;
  readonly within?: Duration;
}

type Shown = Pick<LookOptions, 'summary' | 'operation' | 'within'>;

/** How each kind of inspection appears in the Web UI, and how long it may take. */
const INSPECTIONS: Readonly<Record<Question, (cluster: string) => Shown>> = {
  preview: (cluster) => ({
    summary: phrase('What a deploy of {cluster} would change', { cluster }),
    operation: 'plan',
  }),
  hardware: (cluster) => ({
    summary: phrase('What the machines of {cluster} are', { cluster }),
    operation: 'hardware',
    within: ANSWERED_WITHIN,
  }),
  preflight: (cluster) => ({
    summary: phrase('What would stop or slow a deploy of {cluster}', { cluster }),
    operation: 'preflight',
    within: ANSWERED_WITHIN,
  }),
  hostKeys: (cluster) => ({
    summary: phrase('Which host keys machines of {cluster} show', { cluster }),
    operation: 'trust',
    within: ANSWERED_WITHIN,
  }),
  claims: (cluster) => ({
    summary: phrase('Whose the machines of {cluster} are', { cluster }),
    operation: 'adopt',
    within: ANSWERED_WITHIN,
  }),
};

interface Ours {
  /** Id of the engine, which workers of ours have too. */
  readonly engine: string;
  readonly taskQueue?: string;
}

/** Connects on first use, and again when the server comes back. */
export function connectCluster(
  server: TemporalServer,
  cluster: string,
  { engine, taskQueue = taskQueueOf(cluster) }: Ours,
): ClusterClient {
  const connection = Connection.lazy({ ...server.connection, connectTimeout: '2s' });
  // One that was terminated or has failed would answer with what it last was at.
  const workflow = { queryRejectCondition: 'NOT_COMPLETED_CLEANLY' } as const;
  const client = new Client({ connection, namespace: server.namespace, workflow });
  const workflowId = clusterWorkflowId(cluster);
  const root = () => client.workflow.getHandle(workflowId);
  const health = clusterHealth(client, { server, cluster, taskQueue, engine });

  const requireWorker = async (): Promise<void> => {
    const { temporal, worker, reason } = await health();
    if (!temporal) throw new DeploymentEngineError('NoWorker', reason ?? 'the Temporal server does not answer');
    if (!worker)
      throw new DeploymentEngineError('NoWorker', reason ?? 'no worker is connected; see data/log/worker.log');
  };

  const clock = createTemporalClock();
  const requestDeploy = createDeployRequest(client, { cluster, taskQueue }, clock);
  const requestOperation = createOperationRequest(client, { cluster, taskQueue }, clock);
  const decide = createDecisionRequest(client, clock);

  return {
    async operate(asked) {
      await requireWorker();
      return requestOperation(asked);
    },

    async deploy(revision, answerBy, wish): Promise<DeployAccepted> {
      await requireWorker();
      return requestDeploy({ revision, ...wish }, answerBy);
    },

    inspect: (question, inspection) =>
      look('inspectCluster', {
        workflowId: inspectWorkflowId(cluster, inspection),
        args: [{ inspection, question }] satisfies Parameters<typeof inspectCluster>,
        ...INSPECTIONS[question](cluster),
      }),

    copyLog: (wanted) =>
      look('copyLog', {
        workflowId: inspectWorkflowId(cluster, wanted.copy),
        args: [wanted] satisfies Parameters<typeof copyLog>,
        summary: phrase('The own log of {instance}', { instance: wanted.instance }),
        operation: 'log',
      }),

    async resolve(request) {
      await requireWorker();
      return decide({
        send: (acceptBy) =>
          root().startUpdate<string, [ResolveRequest]>(resolveUpdate.name, {
            args: [{ ...request, acceptBy }],
            ...ACCEPTED,
          }),
        otherwise: () => root().signal(resolveSignal, request),
        takenUp: `${request.action}: taken up`,
      });
    },

    async cancel() {
      await requireWorker();
      return decide({
        send: (acceptBy) =>
          root().startUpdate<string, [CancelRequest]>(cancelUpdate.name, { args: [{ acceptBy }], ...ACCEPTED }),
        otherwise: () => root().cancel(),
        takenUp: 'the run is being cancelled',
      });
    },

    async status() {
      try {
        return await client.withDeadline(Date.now() + QUERIED_WITHIN_MS, () => root().query(statusQuery));
      } catch {
        return undefined;
      }
    },

    ...executionStates(client, { workflowId, namespace: server.namespace }),

    namespaceId: () =>
      client.withDeadline(Date.now() + QUERIED_WITHIN_MS, () => namespaceId(connection, server)).catch(() => undefined),

    health,
    close: () => connection.close(),
  };

  /** A short workflow that a request waits for. */
  async function look(type: string, { summary, operation, within = LOOK_WITHIN, ...rest }: LookOptions): Promise<void> {
    await requireWorker();
    try {
      await client.workflow.execute(type, {
        ...rest,
        staticSummary: inOwnLanguage(summary),
        taskQueue,
        workflowExecutionTimeout: within,
        typedSearchAttributes: [
          { key: clusterIdKey, value: cluster },
          { key: operationKey, value: operation },
        ],
      });
    } catch (error) {
      throw engineErrorOf(error);
    }
  }
}

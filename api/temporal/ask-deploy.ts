import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { repeatOf } from '../../domain/run/deploy-repeat.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import type { deployCluster } from '../../workflows/index.ts';
import {
  clusterIdKey,
  type DeployAccepted,
  type DeployRequest,
  deployUpdate,
  operationKey,
  statusQuery,
} from '../../workflows/messages.ts';
import type { ClusterTasks } from './cluster-tasks.ts';
import type { TemporalClock } from './temporal-clock.ts';
import { endedWithoutAnswer, isCrowded, isUsedUp, refusalOf } from './temporal-errors.ts';
import {
  ACCEPTANCE_TRAVELS_MS,
  ACCEPTED_WITHIN_MS,
  ANSWER_TRAVELS_MS,
  ASK_AGAIN_MS,
  lastWord,
} from './update-request.ts';

type Wanted = Pick<DeployRequest, 'revision' | 'release' | 'confirm'>;

/** What to do with a request that was not accepted. */
type Next = { readonly is: 'answered'; readonly by: DeployAccepted } | { readonly is: 'again' };

/**
 * Asks the cluster's workflow for a deploy, or starts it; answers by `answerBy`. When a run is just ending, asks again for the
 * next one.
 */
export function createDeployRequest(client: Client, { cluster, taskQueue }: ClusterTasks, clock: TemporalClock) {
  const inFlight = new Map<string, Promise<DeployAccepted>>();

  // Equal requests at the same time share one answer: an execution takes ten updates at a time.
  return (wanted: Wanted, answerBy: number): Promise<DeployAccepted> => {
    const key = JSON.stringify([wanted.revision, wanted.release, wanted.confirm]);
    const answer = inFlight.get(key) ?? askUntil(wanted, answerBy).finally(() => inFlight.delete(key));
    inFlight.set(key, answer);
    return answer;
  };

  async function askUntil(wanted: Wanted, answerBy: number): Promise<DeployAccepted> {
    for (;;) {
      try {
        return await ask(wanted, answerBy);
      } catch (error) {
        if (isUsedUp(error)) return answerOfUsedUp(wanted.revision, answerBy);
        const next = nextOf(error);
        if (next?.is === 'answered') return next.by;
        // What could not be answered in time any more would begin a run only to cancel it.
        if (next === undefined || Date.now() + ASK_AGAIN_MS > answerBy - ANSWER_TRAVELS_MS) throw lastWord(error);
        await sleep(ASK_AGAIN_MS);
      }
    }
  }

  async function ask(wanted: Wanted, answerBy: number): Promise<DeployAccepted> {
    const acceptBy = Math.min(Date.now() + ACCEPTED_WITHIN_MS, answerBy);
    const ahead = clock.now() - Date.now();
    const update = await client.withDeadline(acceptBy + ACCEPTANCE_TRAVELS_MS, () =>
      client.workflow.startUpdateWithStart(deployUpdate, {
        args: [{ ...wanted, acceptBy: acceptBy + ahead, answerBy: answerBy - ANSWER_TRAVELS_MS + ahead }],
        waitForStage: 'ACCEPTED',
        startWorkflowOperation: new WithStartWorkflowOperation<typeof deployCluster>('deployCluster', {
          workflowId: clusterWorkflowId(cluster),
          taskQueue,
          args: [
            {
              cluster,
              operation: 'deploy',
              beginWithin: acceptBy - Date.now(),
              beginBy: acceptBy + ahead,
              ...(wanted.confirm === undefined ? {} : { confirm: wanted.confirm }),
            },
          ],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: inOwnLanguage(phrase('Deploy cluster {cluster}', { cluster })),
          typedSearchAttributes: [
            { key: clusterIdKey, value: cluster },
            { key: operationKey, value: 'deploy' },
          ],
        }),
      }),
    );
    return client.withDeadline(answerBy, () => update.result());
  }

  /** An execution that takes no more updates still answers queries. */
  async function answerOfUsedUp(wanted: number, answerBy: number): Promise<DeployAccepted> {
    const root = client.workflow.getHandle(clusterWorkflowId(cluster));
    const { run, revision, parked } = await client.withDeadline(answerBy, () => root.query(statusQuery));
    if (run !== undefined && revision === wanted) return { run, revision, repeat: repeatOf(parked) };
    throw new DeploymentEngineError(
      'RunInProgress',
      phrase('run {run} still works on revision {revision}', { run: run ?? 0, revision: revision ?? 0 }),
      {
        details: { run, revision },
      },
    );
  }

  function nextOf(error: unknown): Next | undefined {
    // The workflow was just ending: the next one will be ours.
    if (endedWithoutAnswer(error) || isCrowded(error) || clock.isTooLate(error)) return { is: 'again' };
    const { type, details } = refusalOf(error) ?? {};
    if (type === 'Repeated' && isAccepted(details)) return { is: 'answered', by: details };
    return type === 'RunEnding' ? { is: 'again' } : undefined;
  }
}

const isAccepted = (details: object | undefined): details is DeployAccepted =>
  details !== undefined && 'run' in details && typeof details.run === 'number';

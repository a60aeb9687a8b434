import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ServiceError,
  WithStartWorkflowOperation,
  type WorkflowUpdateHandle,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { type InstanceOperation, namesOf, OPERATION_WORDS } from '../../domain/plan/operation.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import type { restartCluster } from '../../workflows/index.ts';
import { clusterIdKey, type OperateResult, operateUpdate, operationKey } from '../../workflows/messages.ts';
import type { ClusterTasks } from './cluster-tasks.ts';
import type { TemporalClock } from './temporal-clock.ts';
import { isCrowded, isUsedUp, refusalOf } from './temporal-errors.ts';
import { ACCEPTED_WITHIN_MS, ACCEPTANCE_TRAVELS_MS, ASK_AGAIN_MS, lastWord } from './update-request.ts';

/** How long to wait for a Temporal server that is away: the run goes on meanwhile. */
const SERVER_AWAY_MS = 60_000;
/** A wait that lasted longer than this has reached the server, unless its network swallows everything. */
const WAS_THERE_MS = 5_000;

export interface AskedOperation {
  readonly operation: InstanceOperation;
  /** Ids. */
  readonly instances: readonly string[];
  /** Who asks. */
  readonly by: string;
  /** How long to wait, in milliseconds. Default: for ever. */
  readonly waitMs?: number | undefined;
}

/**
 * Starts a run that restarts or stops, or has a parked deploy do it. Answers when that is done, or undefined when the time to
 * wait is over. A refused request never acts later.
 */
export function createOperationRequest(client: Client, { cluster, taskQueue }: ClusterTasks, clock: TemporalClock) {
  return async (asked: AskedOperation): Promise<OperateResult | undefined> => {
    // The clock may be set back meanwhile.
    const waitUntil = asked.waitMs === undefined ? undefined : performance.now() + asked.waitMs;
    const update = await accepted(asked);
    return resultOf(update, waitUntil);
  };

  async function accepted(asked: AskedOperation): Promise<WorkflowUpdateHandle<OperateResult>> {
    const request = randomUUID();
    const giveUpAt = Date.now() + ACCEPTED_WITHIN_MS;
    for (;;) {
      try {
        return await ask(asked, request, giveUpAt);
      } catch (error) {
        if (!isToBeAskedAgain(error, clock) || Date.now() + ASK_AGAIN_MS > giveUpAt) throw lastWordOf(error);
        await sleep(ASK_AGAIN_MS);
      }
    }
  }

  function ask({ operation, instances, by }: AskedOperation, request: string, acceptBy: number) {
    const beginBy = acceptBy + clock.now() - Date.now();
    return client.withDeadline(acceptBy + ACCEPTANCE_TRAVELS_MS, () =>
      client.workflow.startUpdateWithStart(operateUpdate, {
        args: [{ operation, instances, request, by, acceptBy: beginBy }],
        waitForStage: 'ACCEPTED',
        startWorkflowOperation: new WithStartWorkflowOperation<typeof restartCluster>(`${operation}Cluster`, {
          workflowId: clusterWorkflowId(cluster),
          taskQueue,
          args: [{ cluster, instances, request, by, beginWithin: acceptBy - Date.now(), beginBy }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: inOwnLanguage(
            phrase(`${OPERATION_WORDS[operation].label} {instances}`, { instances: namesOf(instances) }),
          ),
          typedSearchAttributes: [
            { key: clusterIdKey, value: cluster },
            { key: operationKey, value: operation },
          ],
        }),
      }),
    );
  }

  async function resultOf(
    update: WorkflowUpdateHandle<OperateResult>,
    waitUntil: number | undefined,
  ): Promise<OperateResult | undefined> {
    let awaySince: number | undefined;
    for (;;) {
      const began = performance.now();
      try {
        return await (waitUntil === undefined
          ? update.result()
          : client.withDeadline(Date.now() + waitUntil - performance.now(), () => update.result()));
      } catch (error) {
        const isOver = waitUntil !== undefined && performance.now() >= waitUntil;
        if (isOver && isAway(error)) return undefined;
        // It was there meanwhile: this is another outage.
        if (performance.now() - began > WAS_THERE_MS && (await serves())) awaySince = undefined;
        awaySince ??= performance.now();
        if (!isAway(error) || performance.now() - awaySince > SERVER_AWAY_MS) throw lastWordOf(error);
        await sleep(ASK_AGAIN_MS);
      }
    }
  }

  async function serves(): Promise<boolean> {
    try {
      await client.withDeadline(Date.now() + WAS_THERE_MS, () => client.workflowService.getSystemInfo({}));
      return true;
    } catch {
      return false;
    }
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof ServiceError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;

/** The run was just ending. A run that has taken the request up is never asked twice: it may have acted. */
const isToBeAskedAgain = (error: unknown, clock: TemporalClock): boolean =>
  isCrowded(error) || clock.isTooLate(error) || refusalOf(error)?.type === 'RunEnding';

/** The answer for a run that was ended from outside, or takes no more requests. */
function lastWordOf(error: unknown): unknown {
  if (isUsedUp(error))
    return new DeploymentEngineError(
      'RunInProgress',
      'the parked run takes no more requests: resolve what is parked, or cancel it, and ask again',
      { cause: error },
    );
  return lastWord(error);
}

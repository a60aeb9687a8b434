import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Outcome } from '../domain/run.ts';
import { ClusterState } from './cluster-state.ts';
import {
  cancelUpdate,
  clusterIdKey,
  type ClusterInput,
  type DeployAccepted,
  deployUpdate,
  nodesTotalKey,
  operationKey,
  type ResolveRequest,
  resolveUpdate,
  runKey,
} from './messages.ts';
import { prepareNodes } from './prepare-cluster.ts';
import { engine, looks } from './proxies.ts';
import { checkResolve, refuse, RETRY_ALL } from './resolve.ts';
import { refuseUnskippable, type TargetEnd } from './run-steps.ts';
import { trackUnread } from './unread-nodes.ts';
import { type InstanceEnd, updateInstances } from './update-cluster.ts';

/** How long a deploy request waits for the survey before it answers. */
const FIRST_ANSWER = '10 seconds';

export interface ClusterResult {
  readonly outcome: Outcome | 'refused';
  readonly run?: number;
  readonly reason?: string;
}

/** Brings the cluster to its newest revision: survey, plan, prepare nodes, update instances, verify. */
export async function deployCluster({ cluster, operation }: ClusterInput): Promise<ClusterResult> {
  const state = new ClusterState(cluster);
  const first = answerDeploys(state);
  answerDecisions(state);
  upsertSearchAttributes([
    { key: clusterIdKey, value: cluster },
    { key: operationKey, value: operation },
  ]);

  let result: ClusterResult;
  try {
    const { run, revision, batches } = await engine.beginRun.executeWithOptions(
      { summary: 'Give the run its number' },
      [{ cluster, operation }],
    );
    state.run = run;
    state.revision = revision;
    upsertSearchAttributes([{ key: runKey, value: String(run) }]);
    result = await CancellationScope.cancellable(() => perform(cluster, state, run, batches, first)).catch(
      (error: unknown) => CancellationScope.nonCancellable(() => endEarly(run, error)),
    );
    state.enter('done', `Run ${run}: ${result.outcome}${result.reason === undefined ? '' : `. ${result.reason}`}`);
  } catch (error) {
    first.refusal = causeOf(error);
    state.enter('refused', `Refused: ${first.refusal.message}`);
    result = { outcome: 'refused', reason: first.refusal.message };
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return result;
}

async function perform(
  cluster: string,
  state: ClusterState,
  run: number,
  batches: readonly (readonly string[])[],
  first: FirstAnswer,
): Promise<ClusterResult> {
  state.enter('surveying', `Run ${run}: looking at ${batches.flat().length} nodes`);
  await Promise.all(
    batches.map((addresses, index) =>
      looks.survey.executeWithOptions(
        { summary: `Look at ${addresses.length} nodes`, activityId: `survey#${index + 1}` },
        [{ run, addresses }],
      ),
    ),
  );
  const plan = await engine.makePlan.executeWithOptions({ summary: 'Decide what to change, and why' }, [{ run }]);
  first.isSurveyed = true;
  upsertSearchAttributes([{ key: nodesTotalKey, value: plan.nodes.length }]);
  state.enter(
    'working',
    `Run ${run}: ${plan.nodes.length} nodes to prepare, ${plan.instances.length} instances to update`,
  );

  const origin = { cluster, run, temporalRunId: workflowInfo().runId };
  const { maxInFlight } = plan.limits;
  const unread = trackUnread(plan.nodes);
  const preparing = prepareNodes({ origin, state, addresses: plan.nodes.map(({ address }) => address), maxInFlight });
  const prepared = (address: string): Promise<TargetEnd> =>
    preparing.get(address) ?? Promise.resolve({ state: 'done', skipped: [] });
  const instances = await updateInstances({ origin, state, unread, instances: plan.instances, prepared });
  const nodes = new Map(await Promise.all([...preparing].map(async ([address, end]) => [address, await end] as const)));

  const hasWork = plan.nodes.length + plan.instances.length > 0;
  state.enter('verifying', `Run ${run}: verifying`);
  const { problems } = hasWork
    ? await looks.verifyCluster.executeWithOptions({ summary: 'Every instance runs' }, [{ run }])
    : { problems: [] };
  const shortcomings = [...givenUp(nodes), ...notRunning(instances), ...problems];
  const outcome: Outcome = shortcomings.length > 0 ? 'incomplete' : hasWork ? 'ok' : 'unchanged';
  return finish(run, outcome, shortcomings.join('; ') || undefined);
}

async function finish(run: number, outcome: Outcome, reason: string | undefined): Promise<ClusterResult> {
  await engine.finishRun.executeWithOptions({ summary: `Record the outcome: ${outcome}` }, [
    { run, outcome, ...(reason === undefined ? {} : { reason }) },
  ]);
  return { outcome, run, ...(reason === undefined ? {} : { reason }) };
}

const endEarly = (run: number, error: unknown): Promise<ClusterResult> =>
  isCancellation(error)
    ? finish(run, 'cancelled', 'cancelled by an operator')
    : finish(run, 'failed', causeOf(error).message);

const givenUp = (ends: Map<string, TargetEnd>): string[] =>
  [...ends].flatMap(([target, { reason, skipped }]) => [
    ...(reason === undefined ? [] : [`${target}: ${reason}`]),
    ...(skipped.length === 0 ? [] : [`${target}: skipped ${skipped.join(', ')}`]),
  ]);

const notRunning = (ends: Map<string, InstanceEnd>): string[] =>
  [...ends].filter(([, { reason }]) => reason !== undefined).map(([id, { reason }]) => `${id}: ${reason}`);

/** What a deploy request may be told before the run has ended. */
interface FirstAnswer {
  isSurveyed: boolean;
  refusal: { code: string; message: string } | undefined;
}

function answerDeploys(state: ClusterState): FirstAnswer {
  const first: FirstAnswer = { isSurveyed: false, refusal: undefined };
  setHandler(
    deployUpdate,
    async ({ revision }): Promise<DeployAccepted> => {
      await condition(() => first.refusal !== undefined || first.isSurveyed, FIRST_ANSWER);
      if (first.refusal !== undefined) throw refuse(first.refusal.code, first.refusal.message);
      await condition(() => state.run !== undefined || first.refusal !== undefined);
      const { run, revision: current, parked } = state;
      if (run === undefined || current === undefined) throw refuse('RunEnded', 'The run was refused before it began.');
      if (revision !== current)
        throw refuse(
          'RunInProgress',
          `Run ${run} still works on revision ${current}; deploy revision ${revision} when it has ended.`,
        );
      if (parked.length > 0) await state.resolve(RETRY_ALL);
      return { run, revision: current };
    },
    { description: 'Start, repeat or retry a deploy. Input: {"revision": n}, the newest revision.' },
  );
  return first;
}

function answerDecisions(state: ClusterState): void {
  const root = CancellationScope.current();
  setHandler(resolveUpdate, (input?: ResolveRequest) => state.resolve(input ?? RETRY_ALL), {
    description:
      'Decide about parked steps. Input: {"action":"retry"|"skip"|"abort","targets":["nats/0"]}; no input retries all.',
    validator: (input?: ResolveRequest) => {
      checkResolve(input, state.parked);
      if (input?.action === 'skip')
        for (const { target, step } of state.parked)
          if (input.targets?.includes(target) ?? true) refuseUnskippable(step);
    },
  });
  setHandler(
    cancelUpdate,
    () => {
      root.cancel();
      return `run ${state.run ?? '-'} is being cancelled`;
    },
    { description: 'Stop the run in order: remote commands are ended, what is done stays.' },
  );
}

function causeOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? 'Unknown', message: cause.message };
  return { code: 'Unknown', message: cause instanceof Error ? cause.message : String(cause) };
}

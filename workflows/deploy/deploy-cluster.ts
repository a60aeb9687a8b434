import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Operation } from '../../domain/plan/plan.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { clusterIdKey, type ClusterInput, nodesTotalKey, operationKey, runKey } from '../messages.ts';
import { engine, looks } from '../proxies.ts';
import { clusterOfWorkflow, refuseLateStart, refuseOtherCluster } from '../root-start.ts';
import type { TargetEnd } from '../target/target-end.ts';
import { runShards } from '../shard/run-shards.ts';
import { sharesOf } from '../shard/shares.ts';
import { type Answers, answerRequests } from './answer-requests.ts';
import { ClusterState } from './cluster-state.ts';
import { closeSuperseded, type ClusterResult, endEarly, finish, numberOf } from './end-deploy.ts';
import { workingOn, sweeping, verifying, ended } from './headlines.ts';
import { createNeeds, type InstanceEnd } from './needs.ts';
import { prepareNodes } from './prepare-cluster.ts';
import { Rolls } from './rolls.ts';
import { givenUp, notRunning, reasonOf } from './shortcomings.ts';
import { surveyAndPlan } from './survey-and-plan.ts';
import { sweepNodes } from './sweep-nodes.ts';
import { trackUnread } from './unread-nodes.ts';
import { updateInstances } from './update-cluster.ts';

const OPERATION: Operation = 'deploy';

/** Brings the cluster to its newest revision: survey, plan, prepare nodes, update instances, verify. */
export async function deployCluster(input?: Partial<ClusterInput>): Promise<ClusterResult> {
  const { beginWithin } = input ?? {};
  const cluster = clusterOfWorkflow();
  const work = new CancellationScope();
  const state = new ClusterState(cluster);
  const answers = answerRequests({ cluster, state, work, isRequested: beginWithin !== undefined });
  upsertSearchAttributes([
    { key: clusterIdKey, value: cluster },
    { key: operationKey, value: OPERATION },
  ]);

  let result: ClusterResult;
  try {
    refuseOtherCluster(OPERATION, input?.cluster, cluster);
    refuseLateStart(input ?? {});
    result = await beginAndPerform({ cluster, state, work, answers, wish: wishOf(input) });
  } catch (error) {
    // A run that has begun is not refused: Temporal shows the failure, and the store closes the run.
    if (state.run !== undefined) throw error;
    answers.refusal ??= causeOf(error);
    state.enter('refused', phrase('Refused: {why}', { why: answers.refusal.message }));
    result = { outcome: 'refused', reason: answers.refusal.message };
    await closeSuperseded(input?.supersedes, answers.refusal.message);
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  if (result.outcome !== 'superseded') return result;
  // A cancel that comes while one run takes over from another ends the deploy as a whole.
  const isCancelled = answers.superseding === undefined || CancellationScope.current().consideredCancelled;
  if (isCancelled) return finish(state, 'cancelled', 'cancelled by an operator');
  return continueAsNew<typeof deployCluster>({
    cluster,
    operation: OPERATION,
    ...answers.superseding,
    supersedes: numberOf(state),
  });
}

type Wish = Pick<ClusterInput, 'confirm' | 'supersedes'>;

/** Input may be typed by hand, so each field is checked. */
const wishOf = ({ confirm, supersedes }: Partial<ClusterInput> = {}): Wish => ({
  ...(typeof confirm === 'string' ? { confirm } : {}),
  ...(typeof supersedes === 'number' ? { supersedes } : {}),
});

interface Run {
  readonly cluster: string;
  readonly state: ClusterState;
  readonly work: CancellationScope;
  readonly answers: Answers;
  readonly wish: Wish;
}

async function beginAndPerform({ cluster, state, work, answers, wish }: Run): Promise<ClusterResult> {
  // Not cancellable: a run that has a number in the store must also be ended there.
  const { run, temporalRunId, revision, release, batches } = await CancellationScope.nonCancellable(() =>
    engine.beginRun.executeWithOptions({ summary: inOwnLanguage('Give the run its number') }, [
      { cluster, operation: OPERATION, ...wish },
    ]),
  );
  state.run = run;
  state.revision = revision;
  state.release = release;
  state.temporalRunId = temporalRunId;
  upsertSearchAttributes([{ key: runKey, value: String(run) }]);
  const result =
    answers.refusal === undefined
      ? await work
          .run(() => perform(cluster, state, batches, answers))
          .catch((error: unknown) => endEarly(state, error, answers))
      : await finish(state, 'cancelled', 'the request that asked for it had been refused before it began');
  if (result.outcome !== 'refused') answers.outcome = result.outcome;
  state.enter('done', ended(state.run, result));
  return result;
}

async function perform(
  cluster: string,
  state: ClusterState,
  batches: readonly (readonly string[])[],
  answers: Answers,
): Promise<ClusterResult> {
  const begun = numberOf(state);
  const plan = await surveyAndPlan(state, begun, batches);
  const { run = begun } = plan;
  state.run = run;
  if (run !== begun) upsertSearchAttributes([{ key: runKey, value: String(run) }]);
  // A caller that was already given the run keeps it: the failure parks there instead.
  if (plan.refusal !== undefined && answers.waiting > 0 && !answers.isPromised) {
    answers.refusal = plan.refusal;
    return finish(state, 'failed', plan.refusal.message);
  }
  answers.isSurveyed = true;
  upsertSearchAttributes([{ key: nodesTotalKey, value: plan.nodes.length }]);
  state.enter('working', workingOn(run, plan.nodes.length, plan.instances.length));

  const origin = { cluster, run, temporalRunId: state.temporalRunId ?? workflowInfo().runId };
  const { maxInFlight } = plan.limits;
  const { own, places, shards } = sharesOf(plan);
  const unread = trackUnread(run, plan.nodes);
  const preparing = prepareNodes({ origin, state, addresses: own, maxInFlight: places });
  const ends = new Map<string, InstanceEnd>();
  const needs = createNeeds({ state, unread, all: plan.instances, ends });
  const rolls = new Rolls();
  const sharing =
    shards.length > 0
      ? runShards({ origin, state, needs, rolls, unread, shards, instances: plan.instances })
      : undefined;
  for (const [address, end] of sharing?.nodes ?? []) preparing.set(address, end);
  const prepared = (address: string): Promise<TargetEnd> =>
    preparing.get(address) ?? Promise.resolve({ state: 'done', skipped: [] });
  const endElsewhere = (id: string) => sharing?.instances.get(id);
  const updating = updateInstances({
    origin,
    state,
    unread,
    instances: plan.instances,
    needs,
    rolls,
    prepared,
    endElsewhere,
    ends,
  });
  // Nothing is concluded before every child has ended; allSettled also leaves no rejection unhandled.
  await Promise.allSettled([updating, ...preparing.values(), ...(sharing === undefined ? [] : [sharing.over])]);
  await state.untilNobodyOperates();
  const instances = await updating;
  const nodes = new Map(await Promise.all([...preparing].map(async ([address, end]) => [address, await end] as const)));

  const shortcomings = [...givenUp(nodes), ...notRunning(instances)];
  answers.isIncomplete = shortcomings.length > 0;
  // Where something did not start, the old release may be needed again.
  const sweeps = (plan.sweeps ?? []).filter(
    ({ address }) =>
      nodes.get(address)?.state !== 'aborted' &&
      plan.instances.every((each) => each.address !== address || instances.get(each.id)?.reason === undefined),
  );
  if (sweeps.length > 0) {
    state.enter('working', sweeping(run, sweeps));
    await sweepNodes({ origin, state, sweeps, maxInFlight });
  }

  const hasWork = plan.nodes.length + plan.instances.length + sweeps.length > 0;
  state.enter('verifying', verifying(run));
  const { problems } = hasWork
    ? await looks.verifyCluster.executeWithOptions({ summary: inOwnLanguage('Every instance runs') }, [{ run }])
    : { problems: [] };
  shortcomings.push(...problems);
  const outcome: Outcome = shortcomings.length > 0 ? 'incomplete' : state.hasChanged ? 'ok' : 'unchanged';
  return finish(state, outcome, reasonOf(shortcomings));
}

import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AwaitedBuilds } from '../activities/index.ts';
import { isOutOfReach } from '../domain/plan/leaving.ts';
import type { Limits } from '../domain/plan/plan.ts';
import { type StepName, STEPS } from '../domain/steps.ts';
import { causeOf } from './child-end.ts';
import { parkedDetails } from './details.ts';
import { handleSignal } from './handle-signal.ts';
import {
  lookedSignal,
  type ParkedStep,
  parkedSignal,
  phaseKey,
  type ResolveRequest,
  resolveSignal,
  resolveUpdate,
  silenceSignal,
  silentSignal,
  slotSignal,
  type SlotTerms,
  unparkedSignal,
  waitingSignal,
} from './messages.ts';
import { engine, steps, waits } from './proxies.ts';
import { checkResolve, isDecision, RETRY_ALL } from './resolve.ts';

export interface TargetInput {
  readonly cluster: string;
  readonly run: number;
  /** The root's Temporal run id: with `run` it proves to every step that the run is open. */
  readonly temporalRunId: string;
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
  readonly address: string;
  /** Nobody else needs its place, so a parked one may try again without asking; default false. */
  readonly ownsPlace?: boolean;
}

export interface TargetEnd {
  readonly state: 'done' | 'aborted';
  readonly skipped: readonly StepName[];
  /** Why it was given up. */
  readonly reason?: string;
  /** Whether a step has changed something; a child of an older engine does not say. */
  readonly hasChanged?: boolean;
  /** Of a removal: its node is out of reach, so it is left to the next deploy. Default: false. */
  readonly isLeftBehind?: boolean;
}

/** Walks a target's steps; one that gives up parks the target until somebody decides. */
export async function runSteps(input: TargetInput): Promise<TargetEnd> {
  refuseOrphan();
  const { run, temporalRunId, target, address } = input;
  const parking = createParking(input);
  const silence = createSilence(target);
  let { names, limits, isUnread = false } = await engine.loadSlice({ run, target });
  const skipped: StepName[] = [];
  const walked = new Set<StepName>();
  let hasChanged = false;

  for (let step = names[0]; step !== undefined; step = names.find((name) => !walked.has(name))) {
    for (let round = 1; ; round++) {
      const activityId = round === 1 ? step : `${step}#${round}`;
      try {
        const attempt = () =>
          parking.whileTrying(() =>
            steps[step as StepName].executeWithOptions({ activityId, summary: STEPS[step as StepName].summary }, [
              { run, temporalRunId, target, address, step: step as StepName, round },
            ]),
          );
        let result = await attempt();
        await silence.end();
        for (; result.state === 'waiting'; result = await attempt()) await parking.stepAside(step, result);
        hasChanged ||= result.state === 'changed';
        if ((await parking.leave())?.action !== 'abort') break;
        await engine.recordDecision({ run, target, step, round, action: 'abort', reason: undefined });
        return { state: 'aborted', skipped, reason: `given up after ${step}`, hasChanged };
      } catch (error) {
        const givenUp = parking.givenUp();
        if (isCancellation(error) && givenUp === undefined) throw error;
        // What a step says on being cancelled is no failure that somebody could decide about.
        if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(`${step} was cancelled`);
        await silence.end();
        if (givenUp !== undefined) {
          const { parked, reason } = givenUp;
          await parking.leave();
          await engine.recordDecision({ run, target, step, round: parked.round, action: 'abort', reason });
          return { state: 'aborted', skipped, reason: `${step} given up: ${parked.message}`, hasChanged };
        }
        const { code, message } = causeOf(error);
        if (code === 'RunEnded') throw ApplicationFailure.nonRetryable(message, code);
        if (STEPS[step as StepName].stage === 'remove' && isOutOfReach(code))
          return { state: 'aborted', skipped, reason: message, hasChanged, isLeftBehind: true };
        const { action, reason } = await parking.decide(step, round, error, limits);
        await engine.recordDecision({ run, target, step, round, action, reason });
        if (action === 'abort')
          return { state: 'aborted', skipped, reason: `${step} given up: ${message}`, hasChanged };
        if (action === 'skip') {
          skipped.push(step);
          break;
        }
      }
    }
    walked.add(step);
    if (!isUnread) continue;
    // Now it could be read, so the plan knows what it lacks, and what is to happen to its instances.
    const looked = await engine.loadSlice({ run, target });
    ({ names, limits, isUnread = false } = looked);
    if (!isUnread) await tellRoot((root) => root.signal(lookedSignal, { address, changes: looked.changes ?? [] }));
  }
  return { state: 'done', skipped, hasChanged };
}

/** While the node does not answer the root knows, so that nobody waits for this target without need. */
function createSilence(target: string) {
  let isTold = false;
  const tell = (isSilent: boolean): Promise<void> => {
    isTold = isSilent;
    return tellRoot((root) => root.signal(silentSignal, { target, isSilent }));
  };
  // Thrown in a handler, a cancellation would fail the workflow.
  const tellOnce = (): Promise<void> =>
    isTold ? Promise.resolve() : CancellationScope.nonCancellable(() => tell(true)).catch(() => undefined);
  setHandler(silenceSignal, tellOnce, {
    description: 'The node does not answer; the step is tried again.',
  });
  return { end: async (): Promise<void> => (isTold ? tell(false) : undefined) };
}

const BY_ITSELF: ResolveRequest = { action: 'retry', reason: 'tried again by itself' };

/** What lets a child wait: its handlers, its page in the Web UI, and its word to the root. */
function createParking({ run, address, target, ownsPlace = false }: TargetInput) {
  let parked: ParkedStep | undefined;
  let decision: ResolveRequest | undefined;
  let hasSlot = true;
  let mayRetry = true;
  let parks = 0;
  let tries = 0;
  let attempt: CancellationScope | undefined;
  let isGivenUp = false;
  const waiting = () => (parked === undefined ? [] : [parked]);
  const take = (request: ResolveRequest): void => {
    if (parked === undefined || (request.park !== undefined && request.park !== parked.park)) return;
    // While it is tried again by itself a decision waits, and a script that repeats its deploy must not undo it.
    const isNew = decision === undefined || request.action !== 'retry' || !patched('a decision stands');
    if (isNew) decision = request;
    if (decision?.action !== 'abort' || attempt === undefined || !patched('a decision stands')) return;
    isGivenUp = true;
    attempt.cancel();
  };

  setHandler(
    resolveUpdate,
    (input?: ResolveRequest) => {
      const request = input ?? RETRY_ALL;
      take(request);
      return `${request.action}: ${target}`;
    },
    {
      description:
        'Decide about a parked step. Input: {"action":"retry"}, {"action":"skip"} or {"action":"abort"}; no input retries.',
      validator: (input?: ResolveRequest) => checkResolve(input, waiting()),
    },
  );
  handleSignal(resolveSignal, (input) => isDecision(input, waiting()), take, {
    description: 'The same decision, sent by the cluster workflow.',
  });
  setHandler(
    slotSignal,
    (terms?: SlotTerms) => {
      hasSlot = true;
      mayRetry = terms?.mayRetry ?? true;
    },
    { description: 'The cluster workflow lets this one work again.' },
  );

  const taken = (): ResolveRequest | undefined => {
    const request = decision;
    decision = undefined;
    return request;
  };
  /** Goes on: the root shows it as parked no longer, and gives it its place back. */
  const goOn = async (): Promise<void> => {
    parked = undefined;
    upsertSearchAttributes([{ key: phaseKey, value: 'working' }]);
    await tellRoot((root) => root.signal(unparkedSignal, target));
    if (workflowInfo().parent !== undefined) await condition(() => hasSlot);
  };

  return {
    /** Does what an operator may give up meanwhile. */
    async whileTrying<Result>(run: () => Promise<Result>): Promise<Result> {
      attempt = new CancellationScope();
      try {
        return await attempt.run(run);
      } finally {
        attempt = undefined;
      }
    },

    /** The decision to give up what was tried again, and what it was about. */
    givenUp: () => (isGivenUp && parked !== undefined ? { parked, reason: decision?.reason } : undefined),

    /** Gives its place back until another node has built what it lacks. */
    async stepAside(step: StepName, { builder, profile, keys }: AwaitedBuilds): Promise<void> {
      if (parked === undefined) {
        hasSlot = false;
        setCurrentDetails(`**${target}** waits at \`${step}\` for what ${builder} builds`);
        await tellRoot((root) => root.signal(waitingSignal, { target, builder }));
      }
      await waits.awaitBuilds.executeWithOptions({ summary: `Wait for what ${builder} builds` }, [
        { run, address, step, builder, profile, keys },
      ]);
      setCurrentDetails(`**${target}** goes on at \`${step}\``);
      await goOn();
    },

    /** Ends a park that lasted while the step was tried again; returns what was decided meanwhile. */
    async leave(): Promise<ResolveRequest | undefined> {
      if (parked !== undefined) await goOn();
      return taken();
    },

    async decide(step: StepName, round: number, error: unknown, limits: Limits): Promise<ResolveRequest> {
      const { code, message, isRetryable } = causeOf(error);
      tries += 1;
      // The root hears of a new cause only: its history has to last for as long as anything may be parked.
      if (parked?.step !== step || parked.code !== code) {
        parks += 1;
        hasSlot = false;
        parked = { target, step, round, park: parks, code, message };
        setCurrentDetails(parkedDetails(parked));
        upsertSearchAttributes([{ key: phaseKey, value: 'parked' }]);
        await tellRoot((root) => root.signal(parkedSignal, parked as ParkedStep));
      }

      const patience = Math.min(limits.selfRetry * 2 ** (tries - 1), limits.selfRetryMax);
      if (isRetryable && mayRetry) await condition(() => decision !== undefined, patience);
      else await condition(() => decision !== undefined);
      const decided = taken();
      if (decided === undefined && ownsPlace) return BY_ITSELF;

      const { action, ...why } = decided ?? BY_ITSELF;
      setCurrentDetails(`**${target}**: ${action} at \`${step}\``);
      await goOn();
      return { action, ...why };
    },
  };
}

/** Only the cluster's workflow starts one: copied in the Web UI it would work beside the one that it was copied from. */
function refuseOrphan(): void {
  if (workflowInfo().parent !== undefined) return;
  throw ApplicationFailure.nonRetryable(
    'It is part of a run and cannot be started by itself: start the deploy again, or resolve what is parked.',
    'InvalidRequest',
  );
}

async function tellRoot(say: (root: ReturnType<typeof getExternalWorkflowHandle>) => Promise<void>): Promise<void> {
  const parent = workflowInfo().parent;
  if (parent !== undefined) await say(getExternalWorkflowHandle(parent.workflowId, parent.runId));
}

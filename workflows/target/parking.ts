import {
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AwaitedBuilds } from '../../activities/index.ts';
import type { Limits } from '../../domain/plan/plan.ts';
import type { StepName } from '../../domain/steps.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { parkedDetails } from '../current-details.ts';
import { handleSignal } from '../handle-signal.ts';
import {
  heldSignal,
  holdSignal,
  type ParkedStep,
  parkedSignal,
  phaseKey,
  type ResolveRequest,
  resolveSignal,
  resolveUpdate,
  slotSignal,
  type SlotTerms,
  unparkedSignal,
  waitingSignal,
} from '../messages.ts';
import { isPatched } from '../patches.ts';
import { waits } from '../proxies.ts';
import { checkResolve, isDecision, RETRY_ALL } from '../resolve.ts';
import { Attempts } from './attempts.ts';
import type { TargetInput } from './target-end.ts';
import { tellCluster, tellRoot } from './tell-root.ts';

/** Why a step parks that was called off before it could fail. */
export const STOPPED = { code: 'JobNotRunning', message: phrase('an operator has stopped it'), isRetryable: true };
const BY_ITSELF: ResolveRequest = { action: 'retry', reason: 'tried again by itself' };

/** Parking: the handlers that wait for a decision, the details in the Web UI, the signals to the root. */
export function createParking({ run, address, target, ownsPlace = false }: TargetInput) {
  const attempts = new Attempts();
  let parked: ParkedStep | undefined;
  let decision: ResolveRequest | undefined;
  let hasSlot = true;
  let mayRetry = true;
  let parks = 0;
  let tries = 0;
  let isGivenUp = false;
  let isHeld = false;
  let lastCause: ReturnType<typeof causeOf> | undefined;
  const waiting = () => (parked === undefined ? [] : [parked]);
  const take = (request: ResolveRequest): void => {
    if (parked === undefined || (request.park !== undefined && request.park !== parked.park)) return;
    // A decision waits while the step retries by itself; a script that repeats its deploy must not undo it.
    const isNew = decision === undefined || request.action !== 'retry' || !isPatched('a decision stands');
    if (isNew) decision = request;
    if (decision?.action !== 'abort' || !attempts.isAtWork || !isPatched('a decision stands')) return;
    isGivenUp = true;
    attempts.cancel();
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

  const wasParked = (): boolean => parks > 0;
  /** It was parked, and tries nothing any more until somebody decides. */
  const isStopped = (): boolean => wasParked() && isHeld && isPatched('a stop calls off a retry');
  const stop = async (): Promise<void> => {
    if (decision?.action !== 'abort') decision = undefined;
    if (wasParked()) await attempts.callOff();
    await tellCluster(run, heldSignal, target);
  };

  handleSignal(
    holdSignal,
    (input) => typeof input === 'boolean',
    (given) => {
      isHeld = given;
      // The handler runs on when the child is cancelled: a cancellation thrown in it would fail every task of the child.
      if (given && isPatched('a stop calls off a retry')) void CancellationScope.nonCancellable(stop);
    },
    {
      description: 'An operator stops it: only a decision has its parked step tried again.',
    },
  );

  const taken = (): ResolveRequest | undefined => {
    const request = decision;
    decision = undefined;
    return request;
  };
  /** Leaves the park: the root no longer shows it as parked, and gives its place back. */
  const goOn = async (): Promise<void> => {
    parked = undefined;
    upsertSearchAttributes([{ key: phaseKey, value: 'working' }]);
    await tellRoot(run, unparkedSignal, target);
    if (workflowInfo().parent !== undefined) await condition(() => hasSlot);
  };

  return {
    /** Runs an attempt that an operator may abort, or call off by a stop. */
    whileTrying: <Result>(attempt: () => Promise<Result>): Promise<Result> => attempts.run(attempt, isStopped()),

    wasCalledOff: () => attempts.wasCalledOff(),

    /** The park, as long as nothing has ended it. */
    parked: () => parked,

    /** The decision to abort a retry, and the park it was about. */
    givenUp: () => (isGivenUp && parked !== undefined ? { parked, reason: decision?.reason } : undefined),

    /** Gives its place back until another node has built what it lacks. */
    async stepAside(step: StepName, { builder, profile, keys }: AwaitedBuilds): Promise<void> {
      if (parked === undefined) {
        hasSlot = false;
        setCurrentDetails(
          inOwnLanguage(phrase('**{target}** waits at `{step}` for what {builder} builds', { target, step, builder })),
        );
        await tellRoot(run, waitingSignal, { target, builder });
      }
      await waits.awaitBuilds.executeWithOptions(
        { summary: inOwnLanguage(phrase('Wait for what {builder} builds', { builder })) },
        [{ run, address, step, builder, profile, keys }],
      );
      if (isStopped()) return;
      setCurrentDetails(inOwnLanguage(phrase('**{target}** goes on at `{step}`', { target, step })));
      await goOn();
    },

    /** Ends a park that lasted through a retry; returns what was decided meanwhile. */
    async leave(): Promise<ResolveRequest | undefined> {
      lastCause = undefined;
      if (parked !== undefined) await goOn();
      return taken();
    },

    /** `error`: undefined = what it is at was called off: the same as before, where the step was parked. */
    async decide(step: StepName, round: number, error: unknown, limits: Limits): Promise<ResolveRequest> {
      const cause = error === undefined ? (lastCause ?? STOPPED) : causeOf(error);
      const { code, message, isRetryable } = cause;
      if (cause !== lastCause) tries += 1;
      lastCause = cause;
      // The root is told only of a new cause: its history must last for as long as anything is parked.
      if (parked?.step !== step || parked.code !== code) {
        parks += 1;
        hasSlot = false;
        parked = { target, step, round, park: parks, code, message };
        setCurrentDetails(parkedDetails(parked));
        upsertSearchAttributes([{ key: phaseKey, value: 'parked' }]);
        await tellRoot(run, parkedSignal, parked);
      }

      const patience = Math.min(limits.selfRetry * 2 ** (tries - 1), limits.selfRetryMax);
      const maySelfRetry = isRetryable && mayRetry;
      do {
        if (!maySelfRetry || isHeld) await condition(() => decision !== undefined || (maySelfRetry && !isHeld));
        else if (!(await condition(() => decision !== undefined || isHeld, patience))) break;
      } while (decision === undefined);
      const decided = taken();
      isHeld = false;
      if (decided === undefined && ownsPlace) return BY_ITSELF;

      const { action, ...why } = decided ?? BY_ITSELF;
      setCurrentDetails(`**${target}**: ${action} at \`${step}\``);
      await goOn();
      return { action, ...why };
    },
  };
}

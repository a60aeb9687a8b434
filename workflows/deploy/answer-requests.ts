import { CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import { UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { repeatOf } from '../../domain/run/deploy-repeat.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { type DeployAccepted, type DeployRequest, deployUpdate } from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { answerOperations } from '../operate/operate-parked.ts';
import { engine } from '../proxies.ts';
import { checkInTime, refuse, reply } from '../refuse.ts';
import { RETRY_ALL } from '../resolve.ts';
import { answerDecisions } from './answer-decisions.ts';
import type { ClusterState } from './cluster-state.ts';
import { checkDeploy, inProgress } from './deploy-request.ts';
import { RetryPace } from './retry-pace.ts';

/** How long a request waits for the survey where it does not say itself by when it must be answered. */
const FIRST_ANSWER_MS = 10_000;

/** What requests are told about the run. */
export interface Answers {
  /** Requests that have not been answered yet. */
  waiting: number;
  /** Somebody relies on the run: it was started by hand, takes over from another, or a request was given its number. */
  isPromised: boolean;
  isSurveyed: boolean;
  refusal: { readonly code: string; readonly message: Text; readonly details?: object } | undefined;
  /** Another run takes over from this one, which is parked. */
  superseding: { readonly confirm?: string } | undefined;
  /** Something was given up or does not run, so the run ends incomplete. */
  isIncomplete: boolean;
  outcome: Outcome | undefined;
}

interface Parts {
  readonly cluster: string;
  readonly state: ClusterState;
  /** The scope of the run's work; cancelled, the run ends in order. */
  readonly work: CancellationScope;
  /** A caller waits for the start: if it gets no answer in time, there must be no run. */
  readonly isRequested: boolean;
}

/** Deploy requests, decisions and cancel: each is answered by the workflow alone, so that two gateways cannot disagree. */
export function answerRequests(parts: Parts): Answers {
  const answers: Answers = {
    waiting: 0,
    isPromised: !parts.isRequested,
    isSurveyed: false,
    refusal: undefined,
    superseding: undefined,
    isIncomplete: false,
    outcome: undefined,
  };
  answerDeploys(parts, answers);
  answerDecisions({
    ...parts,
    onCancel: () => {
      answers.superseding = undefined;
    },
  });
  answerOperations({
    ...parts,
    isEnding: () => parts.work.consideredCancelled || answers.outcome !== undefined,
    isRefused: () => answers.refusal !== undefined,
  });
  return answers;
}

function answerDeploys({ state, work, isRequested }: Parts, answers: Answers): void {
  const pace = new RetryPace(workflowInfo().runStartTime.getTime());
  const isEnding = (): boolean => work.consideredCancelled || answers.outcome !== undefined;

  const isOther = ({ revision, release }: DeployRequest): boolean =>
    revision !== state.revision || (release !== undefined && state.release !== undefined && release !== state.release);
  /** A parked run is superseded by a newer revision, or by another release of the same revision. */
  const maySupersede = ({ revision }: DeployRequest): boolean =>
    state.phase === 'parked' && revision >= (state.revision ?? 0);

  /** Checks before anything is ended: if the next run cannot begin, the parked one must still be there to decide about. */
  const supersede = async ({ revision, confirm }: DeployRequest): Promise<void> => {
    const agreed = confirm === undefined ? {} : { confirm };
    await engine.checkDeploy
      .executeWithOptions({ summary: inOwnLanguage('Whether another run may take over') }, [agreed])
      .catch((error: unknown) => {
        throw refusal(causeOf(error));
      });
    if (isEnding()) return;
    if (!maySupersede({ revision })) throw inProgress(revision, state.run ?? 0, state.revision ?? 0);
    answers.superseding = agreed;
    work.cancel();
  };

  /** Answers in the validator what needs no handler: most requests of a script that polls. */
  const validator = (request: DeployRequest): void => {
    const { revision } = checkDeploy(request);
    const now = checkInTime(request);
    if (answers.refusal !== undefined) throw refusal(answers.refusal);
    const { run, revision: current } = state;
    if (isEnding())
      throw reply('RunEnding', phrase('{run} is ending', { run: namedRun(run) }), { run, revision: current });
    if (run !== undefined && current !== undefined && isOther(request)) {
      if (maySupersede(request)) return;
      throw inProgress(revision, run, current);
    }
    const mayUpdate = state.used.counts.updates < UPDATES_FOR_ALL;
    if (mayUpdate && (!answers.isSurveyed || state.phase === 'verifying')) return;
    const dueAt = mayUpdate ? pace.dueAt(workflowInfo().historyLength) : undefined;
    const repeat = repeatOf(state.parked, dueAt === undefined ? undefined : dueAt - now);
    if (repeat.state !== 'retrying')
      throw reply('Repeated', phrase('{run} has begun already', { run: namedRun(run) }), {
        run,
        revision: current,
        repeat,
      });
  };

  const handler = async (request: DeployRequest): Promise<DeployAccepted> => {
    state.used.countUpdate(state.run);
    const isRepeat = answers.isPromised || answers.isSurveyed || answers.waiting > 0;
    const isLate = state.phase === 'verifying';
    const latest = Date.now() + FIRST_ANSWER_MS;
    const answerBy = Math.min(request.answerBy ?? latest, latest);
    const waitFor = (isThere: () => boolean) => condition(isThere, Math.max(answerBy - Date.now(), 1));

    answers.waiting += 1;
    await waitFor(() => answers.refusal !== undefined || answers.isSurveyed || isEnding());
    answers.waiting -= 1;
    if (state.run === undefined && isRequested)
      answers.refusal ??= { code: 'NoWorker', message: 'the run could not begin in time; see data/log/worker.log' };
    if (answers.refusal !== undefined) throw refusal(answers.refusal);
    const { run, revision } = state;
    if (run === undefined || revision === undefined) throw reply('RunEnding', 'the run has not begun');
    if (isOther(request)) {
      await supersede(request);
      throw reply('RunEnding', phrase('run {run} makes way for another', { run }), { run, revision });
    }

    if (isLate) {
      await waitFor(() => answers.outcome !== undefined);
      const isWell = answers.outcome === undefined ? !answers.isIncomplete : endsWell(answers.outcome);
      if (!isWell) throw reply('RunEnding', phrase('{run} is ending', { run: namedRun(run) }), { run, revision });
    }
    const now = Date.now();
    const repeat = repeatOf(state.parked, 0);
    if (repeat.state === 'retrying') {
      pace.take(now);
      await state.resolve(RETRY_ALL);
    }
    answers.isPromised = true;
    return { run, revision, ...(isRepeat ? { repeat } : {}) };
  };

  // The caller gets an answer even when the run is cancelled.
  setHandler(deployUpdate, (request) => CancellationScope.nonCancellable(() => handler(request)), {
    description: 'Start, repeat or retry a deploy. Input: {"revision": n}, the newest revision.',
    validator,
  });
}

const refusal = ({ code, message, details }: NonNullable<Answers['refusal']>) => refuse(code, message, details);

const endsWell = (outcome: Outcome): boolean => outcome === 'ok' || outcome === 'unchanged';

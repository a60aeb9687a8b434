import { setTimeout as wait } from 'node:timers/promises';
import type { NodeContext } from '../../cluster/node-context.ts';
import type { DeploymentEngineError } from '../../domain/errors.ts';
import { STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import { componentOf, type Instance, instanceTag } from '../../domain/instance.ts';
import { hardwareShortages } from '../../domain/node/hardware.ts';
import { isOutOfReach } from '../../domain/plan/leaving.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { DEFAULT_PROFILE } from '../../domain/profiles/profiles.ts';
import type { StepRecord } from '../../domain/run/run.ts';
import type { Change, StepOutcome } from '../../domain/step.ts';
import { type StepName, STEPS } from '../../domain/steps.ts';
import type { StepKey } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { aborted } from '../boundary/aborted.ts';
import { isCancelled, judgeFailure, judgeAwaitedFailure, toFailure, type Verdict } from '../boundary/boundary.ts';
import { patientStore, untilWritable } from '../boundary/patient-store.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { BuildAwaited } from '../builds/build-artefact.ts';
import { type AwaitedBuilds, noteWait } from '../builds/builds-wait.ts';
import { showPresence } from '../builds/current-builder.ts';
import { SILENT } from '../checks/name-lookup.ts';
import { createStepLog, type StepLog } from '../progress/step-log.ts';
import { tellWait } from '../progress/tell-wait.ts';
import { createWorkReport, type ReportPace, type WorkReport } from '../progress/work-report.ts';
import { connect } from '../steps/connect.ts';
import { makeStep } from '../steps/steps.ts';
import { mirroredProfile } from '../wanted/node-profile.ts';
import { hearOut } from './commands/earlier-jobs.ts';
import { createNodePort } from './commands/node-port.ts';
import { fenceOf } from './fence.ts';
import { lookAgain } from './look-again.ts';
import { applyStep, checkStep, type NodePort } from './run-step.ts';
import type { EarlierJobs, Workplace } from './workplace.ts';

/** What does not answer sooner is left to `endCommands`, which comes after every step that was cancelled. */
const STOP_MS = 2_000;
/** No run waits for a node that it only wants to leave or to sweep. */
const REMOVAL_PATIENCE_MS = 30_000;

/** Small on purpose: everything else is in the store. */
export interface StepInput {
  readonly run: number;
  readonly temporalRunId: string;
  /** Address (preparing) or instance id (updating). */
  readonly target: string;
  readonly address: string;
  readonly step: StepName;
  readonly round: number;
}

/** `waiting`: another node builds what the step needs; it is to be run again when that is there. */
export type StepResult = { readonly state: 'unchanged' | 'changed' } | ({ readonly state: 'waiting' } & AwaitedBuilds);

export type StepActivity = (input: StepInput) => Promise<StepResult>;

type Stepping = Pick<
  ActivityDependencies,
  'commandKey' | 'connections' | 'contexts' | 'engine' | 'limits' | 'log' | 'logins' | 'mirror'
> & {
  readonly store: Pick<
    Store,
    'claims' | 'engine' | 'installed' | 'log' | 'nodes' | 'runs' | 'statuses' | 'steps' | 'times'
  >;
};

/** One attempt of one step: recorded, judged, logged, and behind the fence. `make`: the step of a name. */
export function createStepActivity(deps: Stepping, make: MakeStep = makeStep): StepActivity {
  return (input) => {
    let report: WorkReport | undefined;
    const onReport = (made: WorkReport): void => void (report = made);
    return withHeartbeat(
      (context) =>
        attemptStep(deps, input, {
          signal: context.cancellationSignal,
          isCancelled: () => context.cancellationDetails?.cancelRequested === true,
          make,
          onReport,
        }),
      () => report?.text(),
    );
  };
}

/** What an operator wishes for an instance is over with its start, and begins with its stop. */
const STOPPED_AFTER: Readonly<Partial<Record<StepName, boolean>>> = { start: false, restart: false, stop: true };

type MakeStep = typeof makeStep;

interface Execution {
  /** Aborted = let go, whatever the reason. */
  readonly signal: AbortSignal;
  /** Somebody wants the step to end; else a worker that stops only leaves it to another. */
  isCancelled(): boolean;
  readonly make: MakeStep;
  /** Given what tells what the attempt is at, as soon as there is something to tell. */
  readonly onReport?: (report: WorkReport) => void;
  /** Default: that of people who watch. */
  readonly pace?: ReportPace;
}

export async function attemptStep(given: Stepping, input: StepInput, execution: Execution): Promise<StepResult> {
  const { run, temporalRunId, target, address, step, round } = input;
  const { signal } = execution;
  const key: StepKey = { run, target, step, round };
  const onUnwritable = ({ message }: DeploymentEngineError): void => given.log.outage(run, message);
  const deps = { ...given, store: patientStore(given.store, { onUnwritable, signal }) };
  const log = createStepLog(deps.log, {
    run,
    stream: target === address ? address : instanceTag(target),
    node: address,
    step,
  });
  const begun = Date.now();
  const flushed = (): Promise<void> =>
    untilWritable(() => deps.log.flush(run), { onUnwritable, signal }).catch(() => undefined);
  let isRecorded = false;
  try {
    await deps.store.runs.assertOpen(run, temporalRunId);
    const record = await deps.store.steps.begin(key);
    isRecorded = true;
    // Cancelling ends in the store, however long that takes.
    const lasting = patientStore(given.store, { onUnwritable });
    const performed = await perform(deps, input, { ...execution, record, log, lasting, flushed });
    if (performed.state === 'waiting') return performed;
    const { state, reasons } = performed;
    const wish = STOPPED_AFTER[step];
    if (wish !== undefined) {
      const seenAt = Date.now();
      await deps.store.installed.setStopped(target, wish ? seenAt : undefined);
      await deps.store.statuses.amend(target, { isRunning: !wish, detail: wish ? STOPPED_BY_OPERATOR : '', seenAt });
    }
    await deps.store.steps.end(key, state === 'changed' ? 'done' : 'unchanged', reasons);
    if (state === 'changed') log.write('info', `done in ${seconds(begun)} s`);
    return { state };
  } catch (error) {
    if (isCancelled(error) || signal.aborted) throw error;
    // Read anew: the step may have got on meanwhile, and then patience began anew.
    const record = await recordOf(deps.store, key);
    const tries = record ?? { failures: 0, silentSince: undefined };
    const isAwaited = STEPS[step].stage === 'operate';
    const isRemoval = STEPS[step].stage === 'remove';
    const isSweep = STEPS[step].stage === 'sweep';
    const patience = isRemoval || isSweep ? Math.min(REMOVAL_PATIENCE_MS, deps.limits.patience) : deps.limits.patience;
    const verdict = isAwaited
      ? judgeAwaitedFailure(error, tries, Date.now())
      : judgeFailure(error, tries, patience, Date.now());
    const isGivenUp = !verdict.retries && (isAwaited || isSweep || (isRemoval && isOutOfReach(verdict.code)));
    if (verdict.code === 'RunEnded') {
      if (isRecorded) await deps.store.steps.end(key, 'aborted', ['the run ended meanwhile']);
    } else if (verdict.code === 'StoreUnwritable') {
      given.log.outage(run, verdict.message);
    } else {
      log.write(
        verdict.retries || isSweep ? 'warn' : 'error',
        `${verdict.message}${whatFollows(verdict, { isAwaited, isGivenUp })}`,
      );
      // Said before it is counted: a worker that dies in between says it twice rather than never.
      await flushed();
      await deps.store.steps.fail(key, { ...verdict, parks: !verdict.retries && !isGivenUp });
      if (isGivenUp) await deps.store.steps.end(key, 'aborted', record?.reasons ?? []);
    }
    throw toFailure(verdict, { address, target, step });
  } finally {
    // Lines of a run that has ended meanwhile are given up; the step's own outcome counts.
    await flushed();
  }
}

function whatFollows(
  { retries }: Verdict,
  { isAwaited, isGivenUp }: { readonly isAwaited: boolean; readonly isGivenUp: boolean },
): string {
  if (retries) return '; trying again';
  if (isAwaited) return '';
  return isGivenUp ? '; left to the next deploy' : '; parked';
}

interface Attempt extends Execution {
  readonly record: StepRecord;
  readonly log: StepLog;
  /** What was logged is stored; of a run that has ended it is given up. */
  flushed(): Promise<void>;
  /** Waits also when the activity is cancelled. */
  readonly lasting: Pick<Store, 'steps'>;
}

async function perform(deps: Stepping, input: StepInput, attempt: Attempt) {
  const { record, log, signal, make, pace } = attempt;
  const { run, target, address, step, round } = input;
  const plan = await deps.store.runs.plan(run);
  if (plan === undefined) throw new Error(`run ${run} has no plan`);
  const isServing = STEPS[step].stage === 'operate';
  const loadWhole = () => deps.contexts.load(plan.revision, plan.release);
  const cluster = isServing ? await deps.contexts.serving(plan.revision) : await loadWhole();
  const login = await deps.logins.of(cluster.configuration, address);
  // What the survey of this run was refused with parks at once; whoever retries means it to be tried again.
  const since = step === 'connect' && round === 1 ? (await deps.store.runs.get(run))?.startedAt : undefined;
  // A node that does not answer keeps nobody waiting who is to end.
  const entering = deps.connections.node(address, login, STEPS[step].as, { onWait: tellWait(log, address), since });
  const session = await Promise.race([entering, aborted(signal)]);

  // Only connect meets a node whose system is not known or not served, and it needs no profile: it refuses such a node.
  const facts = await deps.store.nodes.facts(address);
  const profile = (await mirroredProfile(deps.mirror, facts?.system)) ?? DEFAULT_PROFILE;
  const builds = Object.entries(plan.builds).filter(([, builder]) => builder === address);
  const builders = plan.builders?.[profile.name] ?? [...new Set(Object.values(plan.builds))];
  const context = cluster.node(address, { profile, facts, builds: new Set(builds.map(([key]) => key)) });
  const instance = target === address ? undefined : target;
  const place = {
    run,
    address,
    instance: instance ?? '-',
    stream: instance === undefined ? address : instanceTag(instance),
    step,
    round,
  };
  const wanted = make(step, context, instance, deps.limits, `${deps.engine.id}/${run}/${round}`);
  const of = instance === undefined ? profile.name : componentOf(instance);
  const current: Workplace['current'] = {};
  const sent: Workplace['sent'] = { bytes: 0 };
  const { mirrorUrl } = context;
  const building = { builders, builderSeenAt: new Map<string, number>() };
  const fence = await fenceOf(deps, run);
  const report = createWorkReport({ store: deps.store, record, address, of, log, pace });
  attempt.onReport?.(report);
  const work = {
    current,
    sent,
    deps,
    session,
    place,
    fence,
    mirrorUrl,
    ...building,
    log,
    report,
    signal,
  };
  const begun = Date.now();
  const key: StepKey = { run, target, step, round };
  const { claims } = deps.store;
  const leave = builders.includes(address) ? showPresence(claims, address, `${run}/${address}`) : undefined;
  try {
    const node = createNodePort({ ...work, ...(isFirst(record) ? {} : { earlier: await earlierJobs(work, record) }) });
    if (step === 'connect') await takeFacts(deps.store, context, node, log);
    const installing =
      STEPS[step].stage === 'update' ? context.instances.find((each) => each.instance.id === target) : undefined;
    const noted = installing === undefined ? node : noting(deps.store, installing.instance, plan, node);
    const applied = await applyStep(wanted, remembering(deps.store, key, noted, attempt));
    if (await isGone(deps.store, plan, input)) await deps.store.installed.remove(target);
    if (step === 'connect' && isUnread(plan, address)) await lookAgain(deps, await loadWhole(), { run, address, log });
    const told = applied.state === 'changed' ? wanted.sent?.(sent.bytes) : undefined;
    if (told !== undefined) log.write('info', told);
    // What an earlier attempt of the round has begun to change belongs to the step.
    const reasons = [...new Set([...record.reasons, ...applied.reasons])];
    const state: StepOutcome['state'] = reasons.length > 0 ? 'changed' : 'unchanged';
    if (state === 'changed') await report.done();
    return { state, reasons: told === undefined ? reasons : [...reasons, told] };
  } catch (error) {
    if (error instanceof BuildAwaited) {
      const wait = await awaited(
        deps,
        error.builder,
        await checkStep(wanted, { check: (command) => session.read(command) }),
      );
      await report.stop();
      await noteWait(deps.store, record, wait);
      return wait;
    }
    if (signal.aborted && attempt.isCancelled()) {
      await stop(work);
      await attempt.lasting.steps.end(key, 'aborted', ['cancelled']);
    } else if (!signal.aborted && (current.hasProgressed === true || Date.now() - begun > deps.limits.patience)) {
      // A connection that held for as long as we are patient was no trouble, however silent the command.
      await deps.store.steps.progress(key);
    }
    throw error;
  } finally {
    await report.stop();
    leave?.();
  }
}

const isFirst = ({ attempts, round }: StepRecord): boolean => attempts === 1 && round === 1;

async function earlierJobs(work: Workplace, record: StepRecord): Promise<EarlierJobs> {
  const jobs = await hearOut(work, record.position);
  await work.deps.store.steps.reach(record);
  return jobs;
}

/** As many as fit into a small result. */
const MOST_KEYS = 50;

/** Everything that the step lacks and another node makes. */
async function awaited(
  { mirror }: Pick<Stepping, 'mirror'>,
  builder: string,
  { changes }: { readonly changes: readonly Change[] },
): Promise<{ readonly state: 'waiting' } & AwaitedBuilds> {
  const builds = changes.flatMap(({ act }) => (act.kind === 'build' ? [act] : []));
  const made = await Promise.all(builds.map(({ profile, key }) => mirror.findCompiled(profile, key)));
  const keys = builds.filter((_, index) => made[index] === undefined).map(({ key }) => key);
  return { state: 'waiting', builder, profile: builds[0]?.profile ?? '', keys: keys.slice(0, MOST_KEYS) };
}

const isUnread = ({ nodes }: Plan, address: string): boolean =>
  nodes.some((node) => node.address === address && node.isUnread === true);

/** A later attempt of a round works from the position its first check saw, so that nothing that ended well starts again. */
function remembering(
  { steps }: Pick<Store, 'steps'>,
  key: StepKey,
  node: NodePort,
  { record, flushed }: Pick<Attempt, 'record' | 'flushed'>,
): NodePort {
  let { position } = record;
  let isReached = false;
  return {
    ...node,
    announce: async (reason) => {
      await steps.note(key, reason);
      await node.announce(reason);
      // Whoever reads on after a worker that died sees what its command was for.
      await flushed();
    },
    check: async (command) => {
      const result = await node.check(command);
      if (!isReached) await steps.reach(key, result.position);
      isReached = true;
      position ??= result.position;
      return { ...result, position };
    },
  };
}

/** An instance belongs to the cluster from its first change on, whatever becomes of it. */
const noting = (
  { installed }: Pick<Store, 'installed'>,
  instance: Instance,
  { revision, release }: Plan,
  node: NodePort,
): NodePort => ({
  ...node,
  expect: async (changes) => {
    await installed.note(instance, { revision, release });
    await node.expect?.(changes);
  },
});

/**
 * With its last step of a removal: of a node that is yet to be left nobody else would know. One whose removal was skipped is
 * still there.
 */
async function isGone(
  { steps }: Pick<Store, 'steps'>,
  { instances }: Plan,
  { run, target, step }: StepInput,
): Promise<boolean> {
  if (STEPS[step].stage !== 'remove') return false;
  const last = instances.find(({ id }) => id === target)?.steps.at(-1) ?? step;
  if (step !== last) return false;
  const isDone = ({ state }: StepRecord): boolean => state === 'done' || state === 'unchanged';
  const records = (await steps.of(run)).filter((each) => each.target === target && each.step === 'removeInstance');
  return step === 'removeInstance' || records.some(isDone);
}

/** Keeps what the machine is, and warns where it is smaller than the document's table asks. */
async function takeFacts(
  { nodes }: Pick<Store, 'nodes'>,
  context: NodeContext,
  node: NodePort,
  log: StepLog,
): Promise<void> {
  const { facts } = await checkStep(connect(context), node);
  await nodes.saveFacts(context.address, facts.node);
  const components = context.instances.map(({ instance }) => instance.component);
  for (const shortage of hardwareShortages(facts.node, components)) log.write('warn', shortage);
  if (facts.lookup === 'silent') log.write('warn', `${SILENT}; a name that its /etc/hosts lacks counts as unknown`);
}

/** Cancel ends the remote command; a worker that shuts down or lost Temporal only lets go of it. */
async function stop({ session, current }: Pick<Workplace, 'session' | 'current'>): Promise<void> {
  if (current.key === undefined) return;
  const stopping = session.stop(current.key).catch(() => undefined);
  await Promise.race([stopping, wait(STOP_MS)]);
}

const recordOf = async ({ steps }: Pick<Store, 'steps'>, key: StepKey): Promise<StepRecord | undefined> =>
  (await steps.of(key.run)).find((each) => isSame(each, key));

const isSame = (a: StepKey, b: StepKey): boolean =>
  a.run === b.run && a.target === b.target && a.step === b.step && a.round === b.round;

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);

import type { ClusterContext, ServingContext } from '../../cluster/cluster-context.ts';
import type { NodeContext } from '../../cluster/node-context.ts';
import { componentOf } from '../../domain/instance.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { DEFAULT_PROFILE } from '../../domain/profiles/profiles.ts';
import type { StepRecord } from '../../domain/run/run.ts';
import { runnerInstanceOf, streamOf, targetOf } from '../../domain/run/target.ts';
import type { Step } from '../../domain/step.ts';
import { STEPS } from '../../domain/steps.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import { enterAtOnce } from '../access/enter-at-once.ts';
import { aborted } from '../boundary/aborted.ts';
import { createBuilders } from '../builds/builders.ts';
import { notePause } from '../progress/note-pause.ts';
import { tellWait } from '../progress/tell-wait.ts';
import { createWorkReport } from '../progress/work-report.ts';
import { formerState } from '../wanted/former-state.ts';
import { mirroredProfile } from '../wanted/node-profile.ts';
import type { Attempt } from './attempt.ts';
import { claimNotes } from './claim-notes.ts';
import { createTrace } from './commands/trace.ts';
import { fenceOf } from './fence.ts';
import { rulesOf } from './stage-rules.ts';
import type { Workplace } from './workplace.ts';

/** Everything an attempt works with, once it is logged in to the node. */
export interface StepSite {
  readonly plan: Plan;
  /** The revision and release of the run, whether or not the step needs the release. */
  loadCluster(): Promise<ClusterContext>;
  /** What the node should be. */
  readonly context: NodeContext;
  readonly step: Step<unknown>;
  readonly work: Workplace;
}

export async function openSite(attempt: Attempt, record: StepRecord): Promise<StepSite> {
  const { deps, input, log, pace, signal, make } = attempt;
  const { run, address, step, round } = input;
  const { store, contexts, limits, engine } = deps;
  const plan = await store.runs.plan(run);
  if (plan === undefined) throw new Error(`run ${run} has no plan`);
  const loadCluster = () => contexts.load(plan.revision, plan.release);
  const cluster = rulesOf(step).needsRelease ? await loadCluster() : await contexts.serving(plan.revision);
  const session = await logIn(attempt, cluster);

  // Only connect meets a node whose system is unknown or not supported, and it refuses such a node whatever the profile.
  const facts = await store.nodes.facts(address);
  const profile =
    (await mirroredProfile(deps.mirror, facts?.system)) ??
    (await mirroredProfile(deps.mirror, DEFAULT_PROFILE.system)) ??
    DEFAULT_PROFILE;
  const isConnecting = step === 'connect';
  const context = cluster.node(address, {
    profile,
    facts,
    builds: buildsOf(plan, address),
    ...(isConnecting ? { former: await formerState(store, address) } : {}),
  });
  const target = targetOf(input.target);
  const instance = target.kind === 'instance' ? target.id : undefined;
  // Before the report below starts, because it may refuse.
  const wanted = make(step, context, instance, limits, `${engine.id}/${run}/${round}`);
  const of = instance === undefined ? profile.name : componentOf(instance);
  const work: Workplace = {
    deps,
    session,
    fence: await fenceOf(deps, run),
    place: { run, address, instance: runnerInstanceOf(input.target), stream: streamOf(input.target), step, round },
    mirrorUrl: context.mirrorUrl,
    notes: isConnecting ? await claimNotes(store, run, cluster) : {},
    builders: createBuilders(builderOrder(plan, profile)),
    log,
    report: createWorkReport({ store, record, address, of, log, pace }),
    trace: createTrace(),
    signal,
  };
  return { plan, loadCluster, context, step: wanted, work };
}

async function logIn(
  { deps, input: { run, address, step, round }, key, log, signal }: Attempt,
  { configuration }: Pick<ServingContext, 'configuration'>,
): Promise<NodeSession> {
  const login = await deps.logins.of(configuration, address);
  // A password that was refused in this run's survey is not tried again until an operator retries.
  const since = step === 'connect' && round === 1 ? (await deps.store.runs.get(run))?.startedAt : undefined;
  const tell = tellWait(log, address);
  const { as } = STEPS[step];
  const onWait = (ms: number): void => {
    tell(ms);
    // Information only: the run can be read without it.
    void notePause(deps.store, key, ms).catch(() => undefined);
  };
  const { connections } = deps;
  const loggingIn = rulesOf(step).isAwaited
    ? enterAtOnce({ connections, address, login, as, signal })
    : connections.node(address, login, as, { onWait, since, signal });
  // A node that does not answer must not hold up a step that is to end.
  return Promise.race([loggingIn, aborted(signal)]);
}

/** What the node builds for others. */
const buildsOf = ({ builds }: Plan, address: string): ReadonlySet<string> =>
  new Set(Object.entries(builds).flatMap(([key, builder]) => (builder === address ? [key] : [])));

/** Plans of older engines have no order. */
const builderOrder = ({ builders, builds }: Plan, { name }: Pick<NodeProfile, 'name'>): readonly string[] =>
  builders?.[name] ?? [...new Set(Object.values(builds))];

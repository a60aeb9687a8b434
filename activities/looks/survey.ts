import type { ClusterContext } from '../../cluster/cluster-context.ts';
import type { NodeContext } from '../../cluster/node-context.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { instanceTag } from '../../domain/instance.ts';
import { isDue } from '../../domain/manifest/special-steps.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import { type Leaving, leavingOf } from '../../domain/plan/leaving.ts';
import { buildId, type PlannedStep } from '../../domain/plan/plan.ts';
import type { InstanceSurvey, LeavingSurvey, NodeSurvey } from '../../domain/plan/survey.ts';
import { profileFor } from '../../domain/profiles/profiles.ts';
import type { Change, Step } from '../../domain/step.ts';
import { type StepName, stepsOf } from '../../domain/steps.ts';
import type { OnWait } from '../../ssh/connect/password-tries.ts';
import type { NodeSession, NodeStanding } from '../../ssh/node-session.ts';
import type { EngineIdentity } from '../../store/secrets/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { reasonsOf } from '../attempt/run-step.ts';
import { patientStore, untilWritable } from '../boundary/patient-store.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { refusalsOf } from '../checks/join-steps.ts';
import { checkCommand, lookCommand, splitChecks } from '../checks/probe.ts';
import { createStepLog, type StepLog } from '../progress/step-log.ts';
import { tellWait } from '../progress/tell-wait.ts';
import { connect, type ConnectFacts } from '../steps/connect.ts';
import type { InstalledFacts } from '../steps/install-job.ts';
import { type RemovalFacts, removeInstance } from '../steps/removal/remove-instance.ts';
import { INSTANCE_STEPS, NODE_STEPS } from '../steps/steps.ts';
import { sweep } from '../steps/removal/sweep.ts';
import { mirroredProfile } from '../wanted/node-profile.ts';
import { contextOfRun } from '../wanted/run-context.ts';
import { neverMet } from './first-contact.ts';
import { createLookReport } from './look-report.ts';
import { presumedInstances, type Presuming } from './presumed-instances.ts';

/** What a look at one node needs. */
export type NodeLooking = Pick<ActivityDependencies, 'connections' | 'engine' | 'limits' | 'logins' | 'mirror'> & {
  readonly store: Pick<Store, 'installed' | 'log' | 'nodes'>;
};

/** The same, and what tells about a node that cannot be read. */
type NodeSurveying = NodeLooking & Presuming;

type Surveying = NodeSurveying &
  Pick<ActivityDependencies, 'contexts' | 'log'> & { readonly store: Pick<Store, 'surveys' | 'times'> };

/** Looks at every node of a batch, read-only, and stores what has something to do there. */
export function createSurvey(given: Surveying, after?: (lastedMs: number) => number) {
  return ({ run, addresses }: { readonly run: number; readonly addresses: readonly string[] }): Promise<void> => {
    const report = createLookReport({ ...given, run, name: 'survey', addresses, after });
    const survey = withHeartbeat(async ({ cancellationSignal: signal }) => {
      const waiting = { signal, onUnwritable: ({ message }: DeploymentEngineError) => given.log.outage(run, message) };
      const deps = { ...given, store: patientStore(given.store, waiting) };
      const logOf = (address: string): StepLog =>
        createStepLog(deps.log, { run, stream: address, node: address, step: 'survey' });
      const onWait = (address: string): OnWait => tellWait(logOf(address), address);
      const cluster = await contextOfRun(deps, run);
      const strangers = await neverMet(deps.store, addresses);
      const surveys = await Promise.all(
        addresses.map((address) => report.at(address, surveyNode(deps, cluster, address, onWait(address)))),
      );
      await report.done(surveys.every(({ failure }) => failure === undefined));
      await deps.store.surveys.save(run, surveys);
      for (const { address, failure, warnings = [] } of surveys) {
        const log = logOf(address);
        const hostKey = strangers.includes(address) ? await deps.store.nodes.hostKey(address) : undefined;
        if (hostKey !== undefined)
          log.write('info', `first contact: its SSH host key ${hostKey} is pinned from now on`);
        if (failure !== undefined) log.write('warn', failure.message);
        for (const warning of warnings) log.write('warn', warning);
      }
      report.stop();
      await untilWritable(() => deps.log.flush(run), waiting);
    }, report.text);
    return survey.finally(report.stop);
  };
}

/** A read-only look at a node; one that cannot be read says why. `onWait`: who hears that its password waits. */
export async function surveyNode(
  deps: NodeSurveying,
  cluster: ClusterContext,
  address: string,
  onWait?: OnWait,
): Promise<NodeSurvey> {
  try {
    return await lookAtNode(deps, cluster, address, onWait);
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    const { code, message } = error;
    return {
      address,
      failure: await deps.store.log.maskOwn({ code, message }),
      profile: undefined,
      steps: [],
      instances: await presumedInstances(deps, cluster, address),
      missingBuilds: [],
      fence: 0,
    };
  }
}

/** What has something to do on one node; throws where it cannot be read. */
export async function lookAtNode(
  deps: NodeLooking,
  cluster: ClusterContext,
  address: string,
  onWait?: OnWait,
): Promise<NodeSurvey> {
  const login = await deps.logins.of(cluster.configuration, address);
  const session = await deps.connections.node(address, login, 'anyone', { onWait });
  const known = await deps.store.nodes.facts(address);
  const facts = profileFor(known?.system ?? '') === undefined ? await readFacts(deps, cluster, session) : known;
  const profile = await mirroredProfile(deps.mirror, facts?.system);
  if (profile === undefined)
    throw new DeploymentEngineError('UnsupportedSystem', `${address}: no profile serves its system`);
  const context = cluster.node(address, { profile, facts });
  const wanted = context.instances.map(({ instance }) => instance);
  const leaving = leavingOf(await deps.store.installed.at(address), wanted);
  // What nodes answer stands in reasons, and those in plans.
  return deps.store.log.maskOwn(await look(deps, { context, leaving }, session));
}

/** First contact: which profile serves the node decides what else to ask. */
async function readFacts(deps: NodeLooking, cluster: ClusterContext, session: NodeSession): Promise<NodeFacts> {
  const step = connect({ engine: deps.engine, runnerFile: '', configuration: cluster.configuration });
  const facts = step.check.parse(await session.read(checkCommand(step.check)));
  await deps.store.nodes.saveFacts(session.address, facts.node);
  return facts.node;
}

interface Asked {
  readonly target: string;
  readonly name: StepName;
  readonly step: Step<unknown>;
}

/** Every check of the node in one command. */
async function look(
  deps: NodeLooking,
  { context, leaving }: { readonly context: NodeContext; readonly leaving: readonly Leaving[] },
  session: NodeSession,
): Promise<NodeSurvey> {
  const { address, profile, instances } = context;
  // A node that is left needs no more than that.
  const preparing: readonly StepName[] = instances.length === 0 ? ['connect'] : stepsOf('prepare');
  const asked: Asked[] = [
    ...preparing.map((name) => ({
      target: address,
      name,
      step: NODE_STEPS[name as keyof typeof NODE_STEPS](context) as Step<unknown>,
    })),
    ...instances.flatMap((wanted) =>
      // Whether to stop is decided by whether files change, not by whether something runs.
      stepsOf('update')
        .filter((name) => name !== 'quiesce')
        .map((name) => ({
          target: wanted.instance.id,
          name,
          step: INSTANCE_STEPS[name as keyof typeof INSTANCE_STEPS](context, wanted, deps.limits) as Step<unknown>,
        })),
    ),
    ...leaving.map((each): Asked => ({
      target: each.id,
      name: 'removeInstance',
      step: removeInstance(context, each) as Step<unknown>,
    })),
    ...(instances.length === 0 ? [] : [sweepAsked(context, leaving)]),
  ];
  const { stdout, ...standing } = await session.read(lookCommand(asked.map(({ step }) => step.check)), {
    timeoutMs: 60_000,
  });
  const results = splitChecks(address, stdout, asked);

  const found = asked.map(({ target, name, step }, index) => {
    const facts = step.check.parse(results[index] ?? { exitCode: 1, stdout: '' });
    return { target, name, facts, warnings: step.warnings?.(facts) ?? [], ...changesOf(step, facts) };
  });
  const connected = found.find(({ name }) => name === 'connect');
  if (connected !== undefined) await deps.store.nodes.saveFacts(address, (connected.facts as ConnectFacts).node);
  return {
    address,
    failure: undefined,
    profile: profile.name,
    steps: planned(found, address),
    warnings: found.flatMap(({ warnings }) => warnings),
    instances: instances.map(({ instance: { id }, special, jobs }): InstanceSurvey => ({
      id,
      hasProof: special.some((name) => isDue(name, 'after start')),
      isInstalled: found.some(
        ({ target, name, facts }) =>
          target === id && name === 'installJob' && (facts as InstalledFacts).fingerprint !== undefined,
      ),
      jobs: jobs.map(({ name }) => name),
      steps: planned(found, id),
    })),
    leaving: leaving.map(({ id }): LeavingSurvey => ({
      id,
      jobs: (found.find((each) => each.target === id)?.facts as RemovalFacts | undefined)?.jobs ?? [],
      ...refusalOf(found),
    })),
    ...sweepFound(found),
    missingBuilds: await missingBuilds(
      deps,
      found.flatMap(({ changes }) => changes),
    ),
    ...fenceSeen(deps.engine, standing),
  };
}

/** Once the node is as wanted, nobody is made of what he is made of now. */
const sweepAsked = (context: NodeContext, leaving: readonly Leaving[]): Asked => ({
  target: context.address,
  name: 'sweep',
  step: sweep(context, {
    outgoing: [...context.instances.map(({ instance }) => instance), ...leaving].map(({ id }) => instanceTag(id)),
    leaving: leaving.map(({ id }) => instanceTag(id)),
  }) as Step<unknown>,
});

function sweepFound(found: readonly Found[]): Pick<NodeSurvey, 'sweep'> {
  const [what] = found.find(({ name }) => name === 'sweep')?.reasons ?? [];
  return what === undefined ? {} : { sweep: what };
}

/** What this engine may not go below on the node. Another engine's is none of ours: `connect` refuses its node. */
export const fenceSeen = (
  { id }: EngineIdentity,
  { owner, fence }: Pick<NodeStanding, 'owner' | 'fence'>,
): Pick<NodeSurvey, 'fence' | 'generation'> =>
  owner === id && fence !== undefined ? { fence: fence.run, generation: fence.generation } : { fence: 0 };

/** A node that somebody else has claimed meanwhile. */
function refusalOf(found: readonly Found[]): Pick<LeavingSurvey, 'refusal'> {
  const refusal = found.find(({ name }) => name === 'connect')?.refusals?.[0];
  return refusal === undefined ? {} : { refusal: refusal.message };
}

interface Found extends PlannedStep {
  readonly target: string;
}

const planned = (found: readonly Found[], of: string): PlannedStep[] =>
  found
    .filter(({ target, name, reasons }) => target === of && name !== 'sweep' && reasons.length > 0)
    .map(({ name, reasons, refusals }) => ({ name, reasons, ...(refusals === undefined ? {} : { refusals }) }));

/** A step that no change can help is planned too: it says why when it is run. */
function changesOf(
  step: Step<unknown>,
  facts: unknown,
): { readonly changes: readonly Change[] } & Pick<PlannedStep, 'reasons' | 'refusals'> {
  try {
    const changes = step.changes(facts);
    return { changes, reasons: reasonsOf(changes) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const refusals = refusalsOf(error);
    return { changes: [], reasons: refusals.map(({ message }) => message), refusals };
  }
}

async function missingBuilds({ mirror }: Pick<NodeLooking, 'mirror'>, changes: readonly Change[]): Promise<string[]> {
  const builds = changes.flatMap(({ act }) => (act.kind === 'build' ? [act] : []));
  const made = await Promise.all(builds.map(({ profile, key }) => mirror.findCompiled(profile, key)));
  return builds.filter((_, index) => made[index] === undefined).map(buildId);
}

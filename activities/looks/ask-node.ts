import type { NodeContext } from '../../cluster/node-context.ts';
import { isEngineError } from '../../domain/errors.ts';
import { instanceTag } from '../../domain/instance.ts';
import { isDue } from '../../domain/manifest/special-steps.ts';
import type { Leaving } from '../../domain/plan/leaving.ts';
import { buildId, type PlannedStep } from '../../domain/plan/plan.ts';
import type { InstanceSurvey, LeavingSurvey, NodeSurvey } from '../../domain/plan/survey.ts';
import type { Change, Step } from '../../domain/step.ts';
import { type StepName, stepsOf } from '../../domain/steps.ts';
import type { NodeSession, NodeStanding } from '../../ssh/node-session.ts';
import type { EngineIdentity } from '../../store/secrets/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { reasonsOf } from '../attempt/run-step.ts';
import { refusalsOf } from '../checks/join-steps.ts';
import { knownIn } from '../checks/known.ts';
import { lookCommand, splitChecks } from '../checks/probe.ts';
import { mayRun, type ProcessFacts } from '../checks/process-status.ts';
import type { ConnectFacts } from '../steps/connect.ts';
import type { InstalledFacts } from '../steps/install-job.ts';
import { type RemovalFacts, removeInstance } from '../steps/removal/remove-instance.ts';
import { sweep } from '../steps/removal/sweep.ts';
import { INSTANCE_STEPS, NODE_STEPS } from '../steps/steps.ts';

type Asking = Pick<ActivityDependencies, 'engine' | 'limits' | 'mirror' | 'sightings'> & {
  readonly store: Pick<Store, 'nodes'>;
};

interface Asked {
  readonly target: string;
  readonly name: StepName;
  readonly step: Step<unknown>;
}

/** Every check of the node in one command. */
export async function askNode(
  deps: Asking,
  { context, leaving }: { readonly context: NodeContext; readonly leaving: readonly Leaving[] },
  session: NodeSession,
): Promise<NodeSurvey> {
  const { address, profile, instances } = context;
  // A node that the cluster leaves needs no more than that.
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
  const look = lookCommand(
    asked.map(({ step }) => step.check),
    deps.sightings.of(address),
  );
  const { stdout, ...standing } = await session.read(look, { timeoutMs: 60_000 });
  const results = splitChecks(address, stdout, asked);
  deps.sightings.keep(address, knownIn(stdout));

  const found = asked.map(({ target, name, step }, index) => {
    const facts = step.check.parse(results[index] ?? { exitCode: 1, stdout: '' });
    return { target, name, facts, warnings: step.warnings?.(facts) ?? [], ...changesOf(step, facts) };
  });
  const connected = found.find(({ name }) => name === 'connect');
  const isOthers = isAnothers(connected);
  const isOurs = standing.owner === deps.engine.id && !isOthers;
  if (connected !== undefined)
    await deps.store.nodes.saveFacts(address, (connected.facts as ConnectFacts).node, isOurs);
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
        ({ target, name, facts }) => target === id && name === 'installJob' && isThere(facts as InstalledFacts),
      ),
      isDown: found.some(
        ({ target, name, facts }) => target === id && name === 'start' && !mayRun(facts as ProcessFacts),
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
    ...(isOthers ? { fence: 0 } : fenceSeen(deps.engine, standing)),
  };
}

const isThere = ({ fingerprint, hasBrokenOff }: InstalledFacts): boolean => fingerprint !== undefined || hasBrokenOff;

/** Once the node is as wanted, no instance uses its present packages any more. */
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

/** The fence that this engine must exceed on the node. Another engine's does not count: `connect` refuses its node. */
export const fenceSeen = (
  { id }: EngineIdentity,
  { owner, fence }: Pick<NodeStanding, 'owner' | 'fence'>,
): Pick<NodeSurvey, 'fence' | 'generation'> =>
  owner === id && fence !== undefined ? { fence: fence.run, generation: fence.generation } : { fence: 0 };

/** Exceeding the fence of a copy would lock it out before anybody has decided which of the two stays. */
const isAnothers = (connected: Found | undefined): boolean =>
  (connected?.refusals ?? []).some(({ code }) => code === 'DuplicateController');

/** A node that another engine has claimed meanwhile. */
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

/** A step that no change can help is planned too: when it runs it says why. */
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

async function missingBuilds({ mirror }: Pick<Asking, 'mirror'>, changes: readonly Change[]): Promise<string[]> {
  const builds = changes.flatMap(({ act }) => (act.kind === 'build' ? [act] : []));
  const made = await Promise.all(builds.map(({ profile, key }) => mirror.findCompiled(profile, key)));
  return builds.filter((_, index) => made[index] === undefined).map(buildId);
}

import { COMPONENT_TRAITS, type ComponentNeed } from './components.ts';
import type { Instance } from './instance.ts';
import type { InstanceChange, Limits, Plan, PlannedInstance, PlannedNode, Refusal } from './plan.ts';
import { type StepName, stepsOf } from './steps.ts';
import type { InstanceSurvey, NodeSurvey } from './survey.ts';

interface PlanInput {
  readonly run: number;
  readonly revision: number;
  readonly release: string;
  readonly instances: readonly Instance[];
  readonly surveys: readonly NodeSurvey[];
  readonly limits: Limits;
}

/** Turns what was seen into what will be done: only nodes and instances with work get an entry. */
export function makePlan({ run, revision, release, limits, ...seen }: PlanInput): Plan {
  const { nodes, instances, builds } = judge(seen);
  const running = new Set(instances.filter(({ change }) => change === 'untouched').map(({ id }) => componentOf(id)));
  return {
    run,
    revision,
    release,
    nodes: nodes.filter(({ steps }) => steps.length > 0),
    instances: instances
      .filter(({ change }) => change !== 'untouched')
      .map((instance) => ({ ...instance, needs: instance.needs.filter((need) => !isMet(need, running)) })),
    builds,
    limits,
  };
}

/** Every node and every instance, those without work too. */
export function judge({ instances, surveys }: Pick<PlanInput, 'instances' | 'surveys'>) {
  const seen = new Map(surveys.map((survey) => [survey.address, survey]));
  const builds = chooseBuilders(surveys, instances);
  return {
    nodes: surveys.map((survey) => withBuilds(planNode(survey), builds)),
    instances: instances.map((instance) => planInstance(instance, instances, seen.get(instance.address))),
    builds,
  };
}

/** An unreadable node may lack anything, so all its steps are planned; each checks first and changes only what differs. */
function planNode({ address, profile, failure, steps }: NodeSurvey): PlannedNode {
  if (failure === undefined) return { address, profile, steps };
  const reasons = [failure.message];
  return { address, profile, steps: stepsOf('prepare').map((name) => ({ name, reasons })) };
}

/** A builder compiles for the others even where it lacks nothing itself. */
function withBuilds(node: PlannedNode, builds: Readonly<Record<string, string>>): PlannedNode {
  const isBuilder = Object.values(builds).includes(node.address);
  const steps = new Map(node.steps.map((step) => [step.name, step]));
  if (!isBuilder || steps.has('compilePackages')) return node;
  steps.set('compilePackages', { name: 'compilePackages', reasons: ['builds packages for other nodes'] });
  return { ...node, steps: stepsOf('prepare').flatMap((name) => steps.get(name) ?? []) };
}

function planInstance(instance: Instance, all: readonly Instance[], node: NodeSurvey | undefined): PlannedInstance {
  const survey = node?.instances.find(({ id }) => id === instance.id);
  const steps = updateSteps(survey);
  const { id, address, component } = instance;
  return {
    id,
    address,
    change: changeOf(steps, survey),
    reasons: survey === undefined ? ['not looked at yet'] : reasonsFor(survey),
    steps,
    needs: COMPONENT_TRAITS[component].needs.filter((need) => isPresent(need, all)),
    after: waitsForFirst(instance)
      ? all.filter((other) => other.component === component && other.index === 0).map((first) => first.id)
      : [],
  };
}

function changeOf(steps: readonly StepName[], survey: InstanceSurvey | undefined): InstanceChange {
  if (steps.length === 0) return 'untouched';
  return survey?.isInstalled === true ? 'changed' : 'added';
}

/** What follows from an earlier step is no reason of its own. */
const FOLLOWS: Readonly<Partial<Record<StepName, readonly StepName[]>>> = {
  installJob: ['start', 'verifyInstance'],
  applySpecialSteps: ['verifyInstance'],
  start: ['verifyInstance'],
};

/** A new instance lacks everything: that it is new says enough. */
function reasonsFor({ steps: [first, ...later], isInstalled }: InstanceSurvey): string[] {
  if (first === undefined) return [];
  const others = isInstalled ? later.filter(({ name }) => !FOLLOWS[first.name]?.includes(name)) : [];
  return [
    ...first.reasons,
    ...others.flatMap(({ reasons, refusals }) => (refusals === undefined ? reasons : obstaclesAmong(refusals))),
  ];
}

/** What an earlier step of the same run sees to, or the start of another instance. */
const SEEN_TO: readonly string[] = ['ProgramMissing', 'JobNotRunning'];

/** What an instance would park with. */
export const obstaclesOf = ({ steps }: InstanceSurvey): string[] =>
  steps.flatMap(({ refusals }) => obstaclesAmong(refusals));

const obstaclesAmong = (refusals: readonly Refusal[] = []): string[] =>
  refusals.filter(({ code }) => !SEEN_TO.includes(code)).map(({ message }) => message);

/** Files change: the whole stage. Only a later step has work: from there on. */
function updateSteps(survey: InstanceSurvey | undefined): StepName[] {
  if (survey === undefined) return stepsOf('update');
  const stage = stepsOf('update').filter((name) => name !== 'verifyInstance' || survey.hasProof);
  const first = stage.findIndex((name) => survey.steps.some((step) => step.name === name));
  if (first === -1) return [];
  const isFileChange = stage[first] === 'installJob';
  return isFileChange && survey.isInstalled ? stage : stage.slice(first);
}

const isPresent = ({ component }: ComponentNeed, all: readonly Instance[]): boolean =>
  all.some((instance) => instance.component === component);

/** Where one instance is enough, one that runs already is: nobody waits for others that have work. */
const isMet = ({ component, mode }: ComponentNeed, running: ReadonlySet<string>): boolean =>
  mode === 'any' && running.has(component);

const componentOf = (id: string): string => id.slice(0, id.indexOf('/'));

const waitsForFirst = ({ component, index }: Instance): boolean =>
  COMPONENT_TRAITS[component].firstAlone && index !== 0;

/**
 * One builder per profile: only it gets the compiler, and what it builds runs on its own system alone.
 * A dea runs strangers' code, so it builds only when nobody else can.
 */
function chooseBuilders(surveys: readonly NodeSurvey[], instances: readonly Instance[]): Record<string, string> {
  const hasDea = new Set(instances.filter(({ component }) => component === 'dea').map(({ address }) => address));
  const able = surveys.filter(({ failure }) => failure === undefined);
  const inOrder = [...able.filter(({ address }) => !hasDea.has(address)), ...able];
  const missing = new Map(able.flatMap(({ profile, missingBuilds }) => missingBuilds.map((id) => [id, profile])));
  return Object.fromEntries(
    [...missing].flatMap(([id, profile]) => {
      const builder = inOrder.find((survey) => survey.profile === profile);
      return builder === undefined ? [] : [[id, builder.address]];
    }),
  );
}

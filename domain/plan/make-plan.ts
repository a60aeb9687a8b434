import { type ComponentName, COMPONENT_TRAITS, type ComponentNeed } from '../components.ts';
import { isSilence } from '../errors.ts';
import { STOPPED_BY_OPERATOR } from '../instance-status.ts';
import { componentOf, type Instance } from '../instance.ts';
import { type StepName, stepsOf } from '../steps.ts';
import type { Text } from '../text/text.ts';
import type { ApartJob, PortSetting } from '../versions/version.ts';
import { assignBuilds, orderBuilders, withBuilds } from './choose-builders.ts';
import { interruptionsOf } from './interruptions.ts';
import { type Leaving, planRemovals } from './leaving.ts';
import { afterNeighbours } from './neighbours.ts';
import type { InstanceChange, Limits, Plan, PlannedInstance, PlannedNode, PlannedStep, Refusal } from './plan.ts';
import type { InstanceSurvey, NodeSurvey, SurveyFailure } from './survey.ts';
import { planSweeps } from './sweeps.ts';

interface PlanInput {
  readonly run: number;
  readonly revision: number;
  readonly release: string;
  readonly instances: readonly Instance[];
  readonly surveys: readonly NodeSurvey[];
  /** Installed and no longer wanted. Default: none. */
  readonly leaving?: readonly Leaving[];
  /** Where components listen. Default: not known. */
  readonly ports?: readonly PortSetting[];
  /** Jobs that cannot be where certain components are. Default: none. */
  readonly apart?: readonly ApartJob[];
  readonly limits: Limits;
}

/** Turns what was seen into what will be done: only nodes and instances with work, or not seen at all, get an entry. */
export function makePlan({ run, revision, release, limits, ...seen }: PlanInput): Plan {
  const { nodes, instances, removed, interruptions, builds, builders, sweeps } = planEverything(seen);
  const isBuilder = ({ address }: PlannedNode): boolean => Object.values(builders).some(([first]) => first === address);
  const preparing = nodes.filter(({ steps }) => steps.length > 0);
  const running = new Set(instances.filter((instance) => !hasWork(instance)).map(({ id }) => componentOf(id)));
  return {
    run,
    revision,
    release,
    // The others wait for what builders build.
    nodes: [...preparing.filter(isBuilder), ...preparing.filter((node) => !isBuilder(node))],
    instances: [
      ...instances
        .filter(hasWork)
        .map((instance) => ({ ...instance, needs: instance.needs.filter((need) => !isMet(need, running)) })),
      ...removed,
    ],
    ...(interruptions.length === 0 ? {} : { interruptions }),
    builds,
    builders,
    ...(sweeps.length === 0 ? {} : { sweeps }),
    limits,
  };
}

const hasWork = ({ change, isUnread = false }: PlannedInstance): boolean => change !== 'untouched' || isUnread;

type Judged = Pick<PlanInput, 'instances' | 'surveys' | 'leaving' | 'ports' | 'apart'>;

/** Every node and every instance, those without work too. */
export function planEverything({ instances, surveys: all, leaving = [], ports = [], apart = [] }: Judged) {
  const seen = new Map(all.map((survey) => [survey.address, survey]));
  const addresses = new Set(instances.map(({ address }) => address));
  // Of nodes that are left nothing is wanted.
  const surveys = all.filter(({ address }) => addresses.has(address));
  const byComponent = Map.groupBy(instances, ({ component }) => component);
  const wanted = instances.map((instance) => planInstance(instance, byComponent, seen.get(instance.address)));
  const { removed, planned } = planRemovals({
    leaving,
    instances,
    planned: afterNeighbours(wanted, { ports, apart }),
    surveys: all,
    ports,
    apart,
  });
  const builders = orderBuilders(surveys, instances);
  const builds = assignBuilds(surveys, builders);
  return {
    nodes: surveys.map((survey) => withBuilds(planNode(survey), builds)),
    instances: planned,
    removed,
    interruptions: interruptionsOf([...planned, ...removed], surveys),
    builds,
    builders,
    sweeps: planSweeps(all, { instances, leaving }),
  };
}

/** Of a node that could not be read nothing is known: connecting is planned, and the look that follows decides the rest. */
function planNode({ address, profile, failure, steps }: NodeSurvey): PlannedNode {
  if (failure === undefined) return { address, profile, steps };
  return { address, profile, steps: [{ name: 'connect', reasons: [reasonFor(failure)] }], isUnread: true };
}

const reasonFor = ({ code, message }: SurveyFailure): Text =>
  isSilence(code) ? 'does not answer; looked at when it does' : message;

function planInstance(
  instance: Instance,
  byComponent: ReadonlyMap<ComponentName, readonly Instance[]>,
  node: NodeSurvey | undefined,
): PlannedInstance {
  const survey = node?.instances.find(({ id }) => id === instance.id);
  const isUnread = node?.failure !== undefined;
  const { id, address, component } = instance;
  const change = changeOf(survey);
  return {
    id,
    address,
    change,
    reasons: survey === undefined ? ['not looked at yet'] : reasonsFor(survey),
    steps: isUnread ? stepsOf('update') : updateSteps(survey),
    needs: COMPONENT_TRAITS[component].needs.filter((need) => byComponent.has(need.component)),
    after: waitsForFirst(instance)
      ? (byComponent.get(component) ?? []).filter(({ index }) => index === 0).map((first) => first.id)
      : [],
    ...(isUnread ? { isUnread, isPresumedRunning: change === 'untouched' } : {}),
  };
}

/** What nobody knows counts as running: it is not started beside others of its component. */
function changeOf(survey: InstanceSurvey | undefined): InstanceChange {
  if (survey === undefined) return 'changed';
  if (updateSteps(survey).length === 0) return 'untouched';
  return survey.isInstalled ? 'changed' : 'added';
}

/** What follows from an earlier step is no reason of its own. */
const FOLLOWS: Readonly<Partial<Record<StepName, readonly StepName[]>>> = {
  installJob: ['start', 'verifyInstance'],
  applySpecialSteps: ['verifyInstance'],
  start: ['verifyInstance'],
};

/** A new instance lacks everything: that it is new says enough. */
function reasonsFor({ steps, isInstalled }: InstanceSurvey): Text[] {
  const [first, ...later] = steps;
  if (first === undefined) return [];
  const follows = ({ name }: PlannedStep): boolean => FOLLOWS[first.name]?.includes(name) === true;
  const others = isInstalled ? later.filter((step) => !follows(step)) : [];
  // That it will run again is news, whatever else changes.
  const isStarted = later.some((step) => follows(step) && step.reasons.includes(STOPPED_BY_OPERATOR));
  return [
    ...first.reasons,
    ...(isStarted ? [STOPPED_BY_OPERATOR] : []),
    ...others.flatMap(({ reasons, refusals }) => (refusals === undefined ? reasons : obstaclesAmong(refusals, steps))),
  ];
}

/** What an earlier step of the same run sees to, or the start of another instance. */
const SEEN_TO: readonly string[] = ['ProgramMissing', 'JobNotRunning'];

/** What is wrong with files of the job: the same run may write them anew before anybody judges them. */
const OF_FILES: readonly string[] = ['CertificateInvalid'];

/** What an instance would park with. */
export const obstaclesOf = ({ steps }: InstanceSurvey): Text[] =>
  steps.flatMap(({ refusals }) => obstaclesAmong(refusals, steps));

function obstaclesAmong(refusals: readonly Refusal[] = [], steps: InstanceSurvey['steps']): Text[] {
  const filesChange = steps.some(({ name }) => name === 'installJob');
  return refusals
    .filter(({ code }) => !SEEN_TO.includes(code) && !(filesChange && OF_FILES.includes(code)))
    .map(({ message }) => message);
}

/** Files change: the whole stage. Only a later step has work: from there on. */
function updateSteps(survey: InstanceSurvey | undefined): StepName[] {
  if (survey === undefined) return stepsOf('update');
  const stage = stepsOf('update').filter((name) => name !== 'verifyInstance' || survey.hasProof);
  const first = stage.findIndex((name) => survey.steps.some((step) => step.name === name));
  if (first === -1) return [];
  const isFileChange = stage[first] === 'installJob';
  return isFileChange && survey.isInstalled ? stage : stage.slice(first);
}

/** Where one instance is enough, one that runs already is: nobody waits for others that have work. */
const isMet = ({ component, mode }: ComponentNeed, running: ReadonlySet<string>): boolean =>
  mode === 'any' && running.has(component);

const waitsForFirst = ({ component, index }: Instance): boolean =>
  COMPONENT_TRAITS[component].firstAlone && index !== 0;

import { COMPONENT_TRAITS, type ComponentName, COMPONENTS } from '../components.ts';
import { isSilence } from '../errors.ts';
import { NEVER_STARTED, STOPPED_BY_OPERATOR } from '../instance-status.ts';
import { componentOf } from '../instance.ts';
import { neededBy } from '../manifest/needing.ts';
import { joined } from '../text/joined.ts';
import { phrase, type Text } from '../text/text.ts';
import type { Interruption, PlannedInstance } from './plan.ts';
import type { InstanceSurvey, NodeSurvey } from './survey.ts';

/** What users miss while no instance of a component runs. */
const MISSED: Readonly<Partial<Record<ComponentName, string>>> = {
  haproxy: 'the front page and every app are',
  gorouter: 'the front page and every app are',
  cloud_controller_ng: 'the API is',
  uaa: 'logging in is',
  login: 'the login page is',
};

/** Reasons of a start that say it does not run now. */
const NOT_RUNNING: readonly Text[] = [NEVER_STARTED, STOPPED_BY_OPERATOR];

/** Where the last running instance of a component restarts, is removed, or is removed before its successor runs. */
export function interruptionsOf(planned: readonly PlannedInstance[], surveys: readonly NodeSurvey[]): Interruption[] {
  return [...departuresOf(planned), ...absencesOf(planned, surveys)];
}

/** Components that go with all their instances. */
function departuresOf(planned: readonly PlannedInstance[]): Interruption[] {
  const staying = planned
    .filter(({ change }) => change !== 'removed')
    .map(({ id }) => componentOf(id) as ComponentName);
  const going = Map.groupBy(planned, ({ id }) => componentOf(id) as ComponentName);
  return [...going].flatMap(([component, own]): Interruption[] => {
    const [first] = own;
    if (first === undefined || staying.includes(component)) return [];
    const needing = COMPONENTS.filter(
      (other) => staying.includes(other) && COMPONENT_TRAITS[other].needs.some((need) => need.component === component),
    );
    const missed = MISSED[component];
    if (missed === undefined && needing.length === 0) return [];
    const losses = [
      ...(missed === undefined ? [] : [phrase('{missed} away for good', { missed })]),
      ...(needing.length === 0 ? [] : [neededBy(needing)]),
    ];
    return [
      {
        instance: first.id,
        what: phrase('no {component} is left: {losses}', { component, losses: joined(losses) }),
        reasons: first.reasons,
      },
    ];
  });
}

function absencesOf(planned: readonly PlannedInstance[], surveys: readonly NodeSurvey[]): Interruption[] {
  const restarting = restartingIn(surveys);
  const down = downIn(surveys);
  const byComponent = Map.groupBy(planned, ({ id }) => componentOf(id));
  return planned.flatMap((instance): Interruption[] => {
    const { id, address, reasons } = instance;
    const component = componentOf(id);
    const missed = MISSED[component as ComponentName];
    if (missed === undefined) return [];
    const own = (byComponent.get(component) ?? []).filter((other) => other !== instance);
    const before = own.find((other) => instance.afterRemoval?.includes(other.id));
    if (own.some((other) => other !== before && !down.has(other.id) && staysUp(other, own))) return [];
    if (instance.change === 'added' && before !== undefined)
      return [
        {
          instance: before.id,
          what: phrase('{before} goes before {next} runs on {address}: {missed} away until then', {
            before: before.id,
            next: id,
            address,
            missed,
          }),
          reasons: before.reasons,
        },
      ];
    return restarting.has(id)
      ? [{ instance: id, what: phrase('{id} restarts: {missed} away for a moment', { id, missed }), reasons }]
      : [];
  });
}

/** It runs, and is stopped because its files change. */
const restartingIn = (surveys: readonly NodeSurvey[]): ReadonlySet<string> =>
  new Set(
    surveys
      .filter(({ failure }) => failure === undefined)
      .flatMap(({ instances }) => instances)
      .filter((each) => each.isInstalled && each.steps.some(({ name }) => name === 'installJob') && !isDown(each))
      .map(({ id }) => id),
  );

/** What does not run, or is on a machine that does not answer. */
const downIn = (surveys: readonly NodeSurvey[]): ReadonlySet<string> =>
  new Set(
    surveys.flatMap(({ failure, instances }) => {
      const isSilent = failure !== undefined && isSilence(failure.code);
      return instances.filter((each) => isSilent || isDown(each)).map(({ id }) => id);
    }),
  );

const isDown = ({ steps, isDown: isSeenDown = false }: InstanceSurvey): boolean =>
  isSeenDown ||
  steps.some(({ name, reasons }) => name === 'start' && reasons.some((reason) => NOT_RUNNING.includes(reason)));

/** Whether it serves while another of its component is away: changes go one at a time. */
const staysUp = ({ id, change }: PlannedInstance, own: readonly PlannedInstance[]): boolean =>
  change !== 'added' && !(change === 'removed' && own.some(({ afterRemoval }) => afterRemoval?.includes(id)));

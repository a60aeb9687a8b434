import type { ComponentName } from '../components.ts';
import { addressesOf, type Configuration } from '../configuration.ts';
import { type ErrorCode, isSilence } from '../errors.ts';
import type { Instance, InstancePlace } from '../instance.ts';
import { phrase, type Text } from '../text/text.ts';
import type { ApartJob, PortSetting } from '../versions/version.ts';
import { firstsOf, type IsFirst } from './firsts.ts';
import type { PlannedInstance } from './plan.ts';
import { sharedPort } from './shared-port.ts';
import type { LeavingSurvey, NodeSurvey, SurveyFailure } from './survey.ts';

/** An instance that is installed although nobody wants it there any more. */
export type Leaving = InstancePlace & Pick<Instance, 'address'>;

export const leavingOf = <Each extends Leaving>(
  installed: readonly Each[],
  wanted: readonly Pick<Instance, 'id'>[],
): readonly Each[] => {
  const ids = new Set(wanted.map(({ id }) => id));
  return installed.filter(({ id }) => !ids.has(id));
};

/** Where a deploy has something to see: what is wanted, what is to go, and what was claimed. */
export const addressesToSee = (
  configuration: Configuration,
  { leaving, claimed }: { readonly leaving: readonly Leaving[]; readonly claimed: readonly string[] },
): string[] => [...new Set([...addressesOf(configuration), ...leaving.map(({ address }) => address), ...claimed])];

/** What a node that cannot be asked makes of a step. A command that takes too long is none: it may have left half of its work. */
const OUT_OF_REACH: readonly string[] = ['NodeUnreachable', 'ConnectionLost'] satisfies ErrorCode[];

/** A removal does not wait for a node that is gone: it is left to the next deploy. */
export const isOutOfReach = (code: string): boolean => OUT_OF_REACH.includes(code);

/** Their data stays where it is: neither a removal nor a move takes it along. */
const HOLD_DATA: readonly ComponentName[] = ['database', 'nfs_server', 'etcd'];

export const holdsData = ({ component }: Pick<Leaving, 'component'>): boolean => HOLD_DATA.includes(component);

interface Removing {
  readonly leaving: readonly Leaving[];
  /** All that are wanted. */
  readonly instances: readonly Instance[];
  /** As they are judged. */
  readonly planned: readonly PlannedInstance[];
  readonly surveys: readonly NodeSurvey[];
  /** Where components listen. Default: not known. */
  readonly ports?: readonly PortSetting[];
  /** Jobs that cannot be where certain components are. Default: none. */
  readonly apart?: readonly ApartJob[];
}

interface Firsts {
  readonly isFirst: IsFirst;
}

/** What is to be removed, and which planned instances wait for it because they cannot coexist with it. */
export function planRemovals({ leaving, planned, ...known }: Removing): {
  readonly removed: readonly PlannedInstance[];
  readonly planned: readonly PlannedInstance[];
} {
  const gone = leaving.map((each) => ({ each, obstacle: obstacleOf(each, known.surveys) }));
  const isFirst = firstsOf({ leaving, planned, instances: known.instances });
  const places = new Map(known.instances.map((instance) => [instance.id, instance]));
  const cannotMeet = planned.map((instance) => {
    const place = places.get(instance.id);
    if (place === undefined || !isInstalling(instance)) return { instance, before: [] };
    const before = gone.flatMap(({ each, obstacle }) => {
      const why = obstacle === undefined ? whyBefore(each, place, { ...known, isFirst }) : undefined;
      return why === undefined ? [] : [{ id: each.id, why }];
    });
    return { instance, before };
  });
  const first = Map.groupBy(
    cannotMeet.flatMap(({ before }) => before),
    ({ id }) => id,
  );
  const changing = planned.filter((each) => each.change === 'changed' && isInstalling(each));
  const pointingTo = ({ address }: Leaving): string[] =>
    changing.filter((each) => mayPointTo(address, each, known.surveys)).map(({ id }) => id);
  return {
    removed: gone.map(({ each, obstacle }) => {
      const isFirstToGo = first.has(each.id);
      const afterUpdate = obstacle === undefined && !isFirstToGo ? pointingTo(each) : [];
      return {
        id: each.id,
        address: each.address,
        change: 'removed',
        reasons: [
          movedTo(each, known.instances, planned),
          ...(obstacle === undefined ? (first.get(each.id) ?? []).map(({ why }) => why) : [obstacle]),
          ...(afterUpdate.length === 0
            ? []
            : [phrase('goes after the updates of {ids}, which may point to it', { ids: named(afterUpdate) })]),
        ],
        steps: obstacle === undefined ? removalSteps(each, known.instances) : [],
        needs: [],
        after: [],
        ...(afterUpdate.length === 0 ? {} : { afterUpdate }),
      };
    }),
    planned: cannotMeet.map(({ instance, before }) =>
      before.length === 0
        ? instance
        : {
            ...instance,
            reasons: [...instance.reasons, ...becomesFirst(instance, { leaving, instances: known.instances, isFirst })],
            afterRemoval: before.map(({ id }) => id),
          },
    ),
  };
}

/** One that was read is updated by this run; one that was not may point to it unless its files say otherwise. */
function mayPointTo(
  leaver: string,
  { id, address, isUnread }: PlannedInstance,
  surveys: readonly NodeSurvey[],
): boolean {
  if (isUnread !== true) return true;
  const survey = surveys.find((each) => each.address === address)?.instances.find((each) => each.id === id);
  return survey?.pointsTo?.includes(leaver) ?? true;
}

const named = (ids: readonly string[]): Text =>
  ids.length <= 3
    ? phrase('{names}', { names: ids })
    : phrase('{names} and {count} others', { names: ids.slice(0, 2), count: ids.length - 2 });

const removalSteps = ({ address }: Leaving, instances: readonly Instance[]): PlannedInstance['steps'] =>
  instances.some((other) => other.address === address) ? ['removeInstance'] : ['removeInstance', 'leaveNode'];

export const isInstalling = ({ change, steps }: PlannedInstance): boolean =>
  (change === 'added' || change === 'changed') && steps.includes('installJob');

/** Why nothing can be taken away there now. */
function obstacleOf({ id, address }: Leaving, surveys: readonly NodeSurvey[]): Text | undefined {
  const survey = surveys.find((each) => each.address === address);
  const later = 'it is taken away by the next deploy that can';
  if (survey?.failure !== undefined)
    return phrase('{first}; {rest}', { first: unreached(address, survey.failure), rest: later });
  const refusal = survey?.leaving?.find((each) => each.id === id)?.refusal;
  return refusal === undefined ? undefined : phrase('{first}; {rest}', { first: refusal, rest: later });
}

const unreached = (address: string, { code, message }: SurveyFailure): Text =>
  isSilence(code) ? phrase('{address} does not answer', { address }) : message;

/** Why an instance cannot be installed while the leaving one is there. */
function whyBefore(
  leaving: Leaving,
  newcomer: Instance,
  { surveys, isFirst, ports = [], apart = [] }: Pick<Removing, 'surveys' | 'ports' | 'apart'> & Firsts,
): Text | undefined {
  if (newcomer.index === 0 && leaving.component === newcomer.component && isFirst(leaving))
    return phrase('stopped before the first of its component becomes {id}', { id: newcomer.id });
  if (leaving.address !== newcomer.address) return undefined;
  const survey = surveys.find(({ address }) => address === leaving.address);
  const jobsOf = (found: readonly (LeavingSurvey | { id: string; jobs?: readonly string[] })[], id: string) =>
    found.find((each) => each.id === id)?.jobs ?? [];
  const own = jobsOf(survey?.leaving ?? [], leaving.id);
  const its = jobsOf(survey?.instances ?? [], newcomer.id);
  const job = its.find((each) => own.includes(each));
  if (job !== undefined) return phrase('leaves {job} to {id}', { job, id: newcomer.id });
  const given = apart.find((each) => own.includes(each.job) && each.components.includes(newcomer.component))?.job;
  if (given !== undefined) return phrase('leaves the ports of its {job} to {id}', { job: given, id: newcomer.id });
  const rival = apart.find((each) => its.includes(each.job) && each.components.includes(leaving.component))?.job;
  if (rival !== undefined) return phrase('leaves its ports to {job} of {id}', { job: rival, id: newcomer.id });
  const port = sharedPort(leaving.component, newcomer.component, ports);
  return port === undefined ? undefined : phrase('leaves port {port} to {id}', { port, id: newcomer.id });
}

function becomesFirst(
  { id }: PlannedInstance,
  { leaving, instances, isFirst }: Pick<Removing, 'leaving' | 'instances'> & Firsts,
): Text[] {
  const instance = instances.find((each) => each.id === id);
  if (instance?.index !== 0) return [];
  const before = leaving.find((each) => each.component === instance.component && isFirst(each));
  return before === undefined
    ? []
    : [
        phrase('becomes the first {component} in place of {before}: it runs what only the first runs', {
          component: instance.component,
          before: before.id,
        }),
      ];
}

function movedTo({ component }: Leaving, instances: readonly Instance[], planned: readonly PlannedInstance[]): Text {
  const added = new Set(planned.filter(({ change }) => change === 'added').map(({ id }) => id));
  const places = instances.filter((other) => other.component === component && added.has(other.id));
  return places.length === 0
    ? 'no longer in the configuration'
    : phrase('{component} moves to {addresses}', { component, addresses: places.map(({ address }) => address) });
}

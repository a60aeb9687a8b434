import { counted } from '../counted.ts';
import type { StepName } from '../steps.ts';
import { phrase, type Text } from '../text/text.ts';

/** What a step is at, kept in its record while it lasts. */
export interface StepWork {
  /** In words: `building ruby 3.1.2`. */
  readonly doing: Text;
  /** Since when the step works, or waits: milliseconds since the epoch. */
  readonly since: number;
  /** How long the same took before: the median, in milliseconds. Unknown where it was never measured. */
  readonly usualMs?: number;
  /** The node whose work is waited for. */
  readonly waitsFor?: string;
  /** It waits to show its node another password and begins then: milliseconds since the epoch. */
  readonly pausedUntil?: number;
}

/** What steps do that do not say it themselves. */
const DOING: Partial<Record<StepName, string>> = {
  connect: 'connecting',
  ensureUser: 'preparing the accounts',
  swapAptSource: 'reading the package lists of the mirror',
  installRuntimePackages: 'installing packages',
  buildRuby: 'looking for what is to be built',
  installMonit: 'installing monit',
  transferRelease: 'fetching jobs and packages',
  compilePackages: 'looking for what is to be compiled',
  quiesce: 'stopping',
  installJob: 'installing the job',
  applySpecialSteps: 'preparing what its job needs',
  start: 'starting',
  verifyInstance: 'checking that it works',
  restart: 'restarting',
  stop: 'stopping',
  removeInstance: 'taking it away',
  leaveNode: 'giving the node back',
  giveBack: 'giving the node back',
  sweep: 'removing what nothing uses',
};

export const doingOf = (step: StepName): string => DOING[step] ?? 'working';

/** `ruby/3.1.2/<digest>` -> `ruby 3.1.2`; `package/nats/<fingerprint>` -> `package nats`. */
export const artefactOf = (key: string): string => key.split('/').slice(0, 2).join(' ');

/** Several artefacts in few words. */
export const artefactsOf = ([first = '', ...others]: readonly string[]): Text =>
  others.length === 0
    ? artefactOf(first)
    : phrase('{names} and {count} more', { names: artefactOf(first), count: others.length });

/** Kinds of work whose times are comparable: a build is not an unpacking, a nats is not a database. */
export const timeOf = {
  /** `of`: the component, or the node's profile. */
  step: (step: StepName, of: string, { isMadeHere = false } = {}): string =>
    `${step} ${of}${isMadeHere ? ', made here' : ''}`,
  /** A look at so many nodes. */
  look: (name: string, nodes: number): string => `${name} of ${counted(nodes, 'node')}`,
  building: (profile: string, key: string): string => `building ${artefactOf(key)} ${profile}`,
  unpacking: (profile: string, key: string): string => `unpacking ${artefactOf(key)} ${profile}`,
};

/** `building ruby 3.1.2 on 10.10.101.181 for 2 min 10 s, usually 3 min`; of a look, the nodes it still waits for. */
export function workLine({ doing, since, usualMs, waitsFor }: StepWork, address: Text, now: number): Text {
  const lasting = durationText(now - since);
  const usual = usualMs === undefined ? undefined : durationText(usualMs);
  if (waitsFor !== undefined)
    return usual === undefined
      ? phrase('{doing} from {builder} for {lasting}', { doing, builder: waitsFor, lasting })
      : phrase('{doing} from {builder} for {lasting}, usually {usual}', { doing, builder: waitsFor, lasting, usual });
  return usual === undefined
    ? phrase('{doing} on {address} for {lasting}', { doing, address, lasting })
    : phrase('{doing} on {address} for {lasting}, usually {usual}', { doing, address, lasting, usual });
}

/** `45 s`, `2 min 10 s`, `25 min`, `1 h 5 min` */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes >= 60) return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return parts(minutes, 'min', minutes < 10 ? seconds % 60 : 0, 's');
}

const parts = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long after one line the next is due, of work that lasts so long already: people wait, then they come back. */
export const speakAfter = (lastedMs: number, { isWaiting = false } = {}): number => {
  if (lastedMs >= 60 * MINUTE) return 5 * MINUTE;
  if (lastedMs >= 5 * MINUTE || (isWaiting && lastedMs >= 15 * SECOND)) return MINUTE;
  return 15 * SECOND;
};

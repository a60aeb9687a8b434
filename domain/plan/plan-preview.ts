import type { Instance } from '../instance.ts';
import type { DnsRecord, Finding } from '../node/preflight.ts';
import type { Release } from '../release/release.ts';
import type { Text } from '../text/text.ts';
import type { ApartJob, PortSetting } from '../versions/version.ts';
import { type Leaving, leavingOf } from './leaving.ts';
import { planEverything, obstaclesOf } from './make-plan.ts';
import type { InstanceChange, Interruption, PlannedInstance, PlannedNode, PlannedStep, PlannedSweep } from './plan.ts';
import type { NodeSurvey } from './survey.ts';
import { stepOfSweep } from './sweeps.ts';

/** What a deploy would do to a node: `unreachable` = it could not be read, so all of it may have to be done. */
export type NodeChange = InstanceChange | 'unreachable';

export interface PreviewedNode extends PlannedNode {
  readonly change: NodeChange;
  /** Fingerprint of the SSH host key that it shows, where none was pinned before this look. */
  readonly hostKey?: string;
  /** What is as wanted but will not stay so by itself. */
  readonly warnings?: readonly Text[];
}

export interface PreviewedInstance extends PlannedInstance {
  /** What the deploy would park with; only an operator can help. */
  readonly obstacles: readonly Text[];
}

/** What a deploy would do, before anything is touched: every node and instance, with reasons and without any value. */
export interface PlanPreview {
  /** The number the configuration has, or would get. */
  readonly revision: number;
  readonly release: Pick<Release, 'name' | 'version' | 'sha256'>;
  readonly nodes: readonly PreviewedNode[];
  readonly instances: readonly PreviewedInstance[];
  /** What users miss while it is carried out; an engine of before does not say. */
  readonly interruptions?: readonly Interruption[];
  /** Builder address per artefact that nobody has made yet. */
  readonly builds: Readonly<Record<string, string>>;
  /** The record that leads people to haproxy, as name servers know it now; undefined without haproxy, and of an engine of before. */
  readonly dns?: DnsRecord & { readonly findings: readonly Finding[] };
  /** sha256 of revision, release and changes: what an operator has seen and confirms. */
  readonly hash: string;
}

interface PreviewInput {
  readonly instances: readonly Instance[];
  readonly surveys: readonly NodeSurvey[];
  /** Whether wanted or not. */
  readonly installed: readonly Leaving[];
  /** Addresses that the engine has claimed. Default: those that carry something. */
  readonly claimed?: readonly string[];
  /** Where components listen. Default: not known. */
  readonly ports?: readonly PortSetting[];
  readonly apart?: readonly ApartJob[];
}

/** The same judgement a run makes, and what it leaves as it is. */
export function previewChanges({
  instances,
  surveys,
  installed,
  claimed: owned = [],
  ports = [],
  apart = [],
}: PreviewInput) {
  const judged = planEverything({ instances, surveys, leaving: leavingOf(installed, instances), ports, apart });
  const seen = new Map(surveys.flatMap((survey) => survey.instances.map((instance) => [instance.id, instance])));
  const withObstacles = (instance: PlannedInstance): PreviewedInstance => {
    const survey = seen.get(instance.id);
    return { ...instance, obstacles: survey === undefined ? [] : obstaclesOf(survey) };
  };
  const claimed = new Set([...installed.map(({ address }) => address), ...owned]);
  const surveyed = new Map(surveys.map((survey) => [survey.address, survey]));
  const sweeps = Map.groupBy(judged.sweeps, ({ address }) => address);
  const removed = Map.groupBy(judged.removed, ({ address }) => address);
  const addresses = new Set(instances.map(({ address }) => address));
  return {
    nodes: [
      ...judged.nodes.map((node): PreviewedNode => {
        const { address } = node;
        const survey = surveyed.get(address);
        const steps = [...node.steps, ...sweepSteps(sweeps.get(address))];
        const change = changeOf({ survey, steps, isClaimed: claimed.has(address) });
        return { ...node, steps, change, ...warningsOf(survey) };
      }),
      ...[...claimed]
        .filter((address) => !addresses.has(address))
        .map((address) => {
          const own = removed.get(address);
          if (own !== undefined) return removedNode(address, own);
          return nodeGivenBack(address, surveyed.get(address), sweepSteps(sweeps.get(address)));
        }),
    ],
    instances: [...judged.instances, ...judged.removed].map(withObstacles),
    interruptions: judged.interruptions,
    builds: judged.builds,
  };
}

interface KnownNode {
  readonly survey: NodeSurvey | undefined;
  readonly steps: readonly PlannedStep[];
  readonly isClaimed: boolean;
}

function changeOf({ survey, steps, isClaimed }: KnownNode): NodeChange {
  if (survey?.failure !== undefined) return 'unreachable';
  if (steps.length === 0) return 'untouched';
  return isClaimed ? 'changed' : 'added';
}

/** For people it is one more step of the node. */
export const sweepSteps = (own: readonly PlannedSweep[] = []): PlannedStep[] =>
  own.map((planned) => ({ name: stepOfSweep(planned), reasons: [planned.what] }));

const warningsOf = ({ warnings = [] }: Partial<NodeSurvey> = {}): Pick<PreviewedNode, 'warnings'> =>
  warnings.length === 0 ? {} : { warnings };

function removedNode(address: string, own: readonly PlannedInstance[]): PreviewedNode {
  const isLeft = own.every(({ steps }) => steps.includes('leaveNode'));
  const reasons = [
    'nothing of the cluster is left on it: apt sources and hosts file as before; account and store stay',
  ];
  return {
    address,
    profile: undefined,
    change: 'removed',
    steps: isLeft ? [{ name: 'leaveNode', reasons }] : [],
  };
}

/** One that was only prepared; where it cannot be given back, why. */
function nodeGivenBack(
  address: string,
  { failure, steps = [] }: Partial<NodeSurvey> = {},
  sweeps: readonly PlannedStep[],
): PreviewedNode {
  const node = { address, profile: undefined };
  if (failure !== undefined)
    return { ...node, change: 'unreachable', steps: [{ name: 'giveBack', reasons: [failure.message] }] };
  const refused = steps.filter(({ refusals }) => refusals !== undefined);
  return refused.length > 0
    ? { ...node, change: 'untouched', steps: refused }
    : { ...node, change: 'removed', steps: sweeps };
}

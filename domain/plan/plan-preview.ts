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
  const failed = new Set(surveys.filter(({ failure }) => failure !== undefined).map(({ address }) => address));
  const claimed = new Set([...installed.map(({ address }) => address), ...owned]);
  const addresses = new Set(instances.map(({ address }) => address));
  return {
    nodes: [
      ...judged.nodes.map((node): PreviewedNode => ({
        ...node,
        steps: [...node.steps, ...sweepOf(node, judged.sweeps)],
        change: changeOf(node, { failed, claimed, sweeps: judged.sweeps }),
        ...warningsAbout(node, surveys),
      })),
      ...[...claimed]
        .filter((address) => !addresses.has(address))
        .map((address) => removedNode(address, judged, surveys)),
    ],
    instances: [...judged.instances, ...judged.removed].map(withObstacles),
    interruptions: judged.interruptions,
    builds: judged.builds,
  };
}

interface KnownNodes {
  readonly failed: ReadonlySet<string>;
  readonly claimed: ReadonlySet<string>;
  readonly sweeps: readonly PlannedSweep[];
}

function changeOf(node: PlannedNode, { failed, claimed, sweeps }: KnownNodes): NodeChange {
  const { address, steps } = node;
  if (failed.has(address)) return 'unreachable';
  if (steps.length + sweepOf(node, sweeps).length === 0) return 'untouched';
  return claimed.has(address) ? 'changed' : 'added';
}

/** For people it is one more step of the node. */
export const sweepOf = (
  { address }: Pick<PlannedNode, 'address'>,
  sweeps: readonly PlannedSweep[] = [],
): PlannedStep[] =>
  sweeps
    .filter((each) => each.address === address)
    .map((planned) => ({ name: stepOfSweep(planned), reasons: [planned.what] }));

function warningsAbout({ address }: PlannedNode, surveys: readonly NodeSurvey[]): Pick<PreviewedNode, 'warnings'> {
  const { warnings = [] } = surveys.find((survey) => survey.address === address) ?? {};
  return warnings.length === 0 ? {} : { warnings };
}

function removedNode(
  address: string,
  { removed, sweeps }: Pick<ReturnType<typeof planEverything>, 'removed' | 'sweeps'>,
  surveys: readonly NodeSurvey[],
): PreviewedNode {
  const own = removed.filter((instance) => instance.address === address);
  const left = { address, profile: undefined, change: 'removed' } as const;
  if (own.length === 0) {
    const { failure, steps = [] } = surveys.find((survey) => survey.address === address) ?? {};
    if (failure !== undefined)
      return { ...left, change: 'unreachable', steps: [{ name: 'giveBack', reasons: [failure.message] }] };
    const refused = steps.filter(({ refusals }) => refusals !== undefined);
    return refused.length > 0
      ? { ...left, change: 'untouched', steps: refused }
      : { ...left, steps: sweepOf({ address }, sweeps) };
  }
  const isLeft = own.every(({ steps }) => steps.includes('leaveNode'));
  const reasons = [
    'nothing of the cluster is left on it: apt sources and hosts file as before; account and store stay',
  ];
  return { ...left, steps: isLeft ? [{ name: 'leaveNode', reasons }] : [] };
}

import type { ErrorCode } from '../errors.ts';
import type { Instance } from '../instance.ts';
import { countOf } from '../text/counts.ts';
import { phrase, type Text } from '../text/text.ts';
import type { Leaving } from './leaving.ts';
import type { PlannedSweep } from './plan.ts';
import type { NodeSurvey } from './survey.ts';

interface Cluster {
  /** All that are wanted. */
  readonly instances: readonly Instance[];
  readonly leaving: readonly Leaving[];
}

/**
 * What is done to nodes once everything else is. A node that nothing is wanted on and nothing is to be taken from was looked at
 * because it is claimed: a run has prepared it, and then nothing was installed there. Where another engine, or a copy of this one,
 * has come to it since, it is not ours to give.
 */
export function planSweeps(surveys: readonly NodeSurvey[], cluster: Cluster): PlannedSweep[] {
  const wanted = new Set(cluster.instances.map(({ address }) => address));
  const prepared = onlyClaimed(surveys, cluster).filter(
    ({ failure, steps }) => failure === undefined && steps.every(({ refusals }) => refusals === undefined),
  );
  return [
    ...surveys
      .filter(({ address }) => wanted.has(address))
      .flatMap(({ address, sweep }): PlannedSweep[] => (sweep === undefined ? [] : [{ address, what: sweep }])),
    ...prepared.map(({ address }): PlannedSweep => ({
      address,
      what: 'it was prepared and carries nothing: apt sources and hosts file as before; account stays',
      step: 'giveBack',
    })),
  ];
}

/** Claimed machines in whose place others have come: there is nothing left to give back. */
export const replacedMachines = (surveys: readonly NodeSurvey[], cluster: Cluster): string[] =>
  onlyClaimed(surveys, cluster)
    .filter(({ failure }) => failure?.code === ('HostKeyMismatch' satisfies ErrorCode))
    .map(({ address }) => address);

function onlyClaimed(surveys: readonly NodeSurvey[], { instances, leaving }: Cluster): readonly NodeSurvey[] {
  const used = new Set([...instances, ...leaving].map(({ address }) => address));
  return surveys.filter(({ address }) => !used.has(address));
}

export const stepOfSweep = ({ step = 'sweep' }: PlannedSweep): 'sweep' | 'giveBack' => step;

export const isGivenBack = (planned: PlannedSweep): boolean => stepOfSweep(planned) === 'giveBack';

export const toGiveBack = (nodes: number): Text => phrase('{nodes} to give back', { nodes: countOf(nodes, 'node') });

/** `1 node to give back`, `2 nodes to sweep`. */
export function sweepCounts(sweeps: readonly PlannedSweep[]): Text[] {
  const given = sweeps.filter(isGivenBack).length;
  const swept = sweeps.length - given;
  return [
    ...(given === 0 ? [] : [toGiveBack(given)]),
    ...(swept === 0 ? [] : [phrase('{nodes} to sweep', { nodes: countOf(swept, 'node') })]),
  ];
}

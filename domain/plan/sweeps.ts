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
 * What is done to nodes once everything else is. A node that nothing is wanted on and nothing is to be taken from was looked at because
 * it is claimed: a run has prepared it, and then nothing was installed there.
 */
export function planSweeps(surveys: readonly NodeSurvey[], { instances, leaving }: Cluster): PlannedSweep[] {
  const wanted = new Set(instances.map(({ address }) => address));
  const left = new Set(leaving.map(({ address }) => address));
  const prepared = surveys.filter(
    ({ address, failure }) => failure === undefined && !wanted.has(address) && !left.has(address),
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

export const isGivenBack = ({ step }: PlannedSweep): boolean => step === 'giveBack';

/** `1 node to give back`, `2 nodes to sweep`. */
export function sweepCounts(sweeps: readonly PlannedSweep[]): Text[] {
  const given = sweeps.filter(isGivenBack).length;
  const swept = sweeps.length - given;
  return [
    ...(given === 0 ? [] : [phrase('{nodes} to give back', { nodes: countOf(given, 'node') })]),
    ...(swept === 0 ? [] : [phrase('{nodes} to sweep', { nodes: countOf(swept, 'node') })]),
  ];
}

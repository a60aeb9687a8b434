import { isDeepStrictEqual } from 'node:util';
import type { StepRecord } from '../domain/run/run.ts';
import type { StepRecords } from '../store/runs/contract.ts';
import { stepsVersion } from '../store/runs/steps-version.ts';

type ByTarget = ReadonlyMap<string, readonly StepRecord[]>;

/** Clocks of workers differ, and one may have been set back. */
const MARGIN_MS = 60_000;

/**
 * The steps of a run that goes on, by target. Of tens of thousands only those are read again that may have changed; what a target
 * has done is the same list until then.
 */
export function createKnownSteps(steps: Pick<StepRecords, 'of' | 'since'>): (run: number) => Promise<ByTarget> {
  let known: { readonly run: number; readonly byTarget: Map<string, readonly StepRecord[]> } | undefined;
  let reading: Promise<unknown> = Promise.resolve();

  const read = async (run: number): Promise<ByTarget> => {
    const isCurrent = known?.run === run && (await catchUp(run, known.byTarget));
    if (!isCurrent || known === undefined) known = { run, byTarget: byTargetOf(await steps.of(run)) };
    return new Map(known.byTarget);
  };

  /** False where what had ended long ago is not what it was. */
  const catchUp = async (run: number, byTarget: Map<string, readonly StepRecord[]>): Promise<boolean> => {
    const at = newestEnd(byTarget) - MARGIN_MS;
    const { records, earlier } = await steps.since(run, at);
    for (const [target, changed] of Map.groupBy(records, (each) => each.target))
      byTarget.set(target, merged(byTarget.get(target) ?? [], changed));
    return stepsVersion(endedBefore(byTarget, at)) === earlier;
  };

  // One after the other, so that nobody merges older records into newer ones.
  return (run) => {
    const result = reading.then(() => read(run));
    reading = result.catch(() => undefined);
    return result;
  };
}

export const byTargetOf = (records: readonly StepRecord[]): Map<string, readonly StepRecord[]> =>
  Map.groupBy(records, ({ target }) => target);

function newestEnd(byTarget: ByTarget): number {
  let newest = 0;
  for (const records of byTarget.values()) for (const { endedAt = 0 } of records) newest = Math.max(newest, endedAt);
  return newest;
}

function* endedBefore(byTarget: ByTarget, at: number): Generator<StepRecord> {
  for (const records of byTarget.values())
    for (const record of records) if (record.endedAt !== undefined && record.endedAt < at) yield record;
}

/** The same list where nothing is another. */
function merged(own: readonly StepRecord[], changed: readonly StepRecord[]): readonly StepRecord[] {
  const byKey = new Map([...own, ...changed].map((record) => [`${record.step} ${record.round}`, record]));
  const all = [...byKey.values()].toSorted((a, b) => a.startedAt - b.startedAt || a.round - b.round);
  const isSame = own.length === all.length && own.every((record, index) => isDeepStrictEqual(record, all[index]));
  return isSame ? own : all;
}

import type { StepRecord } from '../domain/run.ts';
import { artefactsOf, speakAfter, type StepWork, timeOf, workLine } from '../domain/step-work.ts';
import type { Store } from '../store/store.ts';
import type { AwaitedBuilds } from './await-builds.ts';
import { speakRegularly } from './speak-regularly.ts';
import type { StepLog } from './step-log.ts';

type Stored = Pick<Store, 'steps' | 'times'>;

/** Keeps whom a step waits for, and how long that takes as a rule. */
export async function noteWait(
  { steps, times }: Stored,
  record: StepRecord,
  { builder, profile, keys }: AwaitedBuilds,
): Promise<void> {
  const parts = keys.map((key) => timeOf.building(profile, key));
  const known = await times.usual(parts);
  const usualMs = parts.every((part) => known.has(part))
    ? parts.reduce((sum, part) => sum + (known.get(part) ?? 0), 0)
    : undefined;
  const before = record.work?.waitsFor === builder ? record.work : undefined;
  await steps.work(record, {
    doing: `waiting for ${artefactsOf(keys)}`,
    since: before?.since ?? Date.now(),
    waitsFor: builder,
    ...(usualMs === undefined ? {} : { usualMs }),
  });
}

/** What a waiting step is at, told regularly. Gives its words, and what ends it. */
export function tellWaiting(
  work: StepWork | undefined,
  { address, log, after = afterWait }: { address: string; log: StepLog; after?: (lastedMs: number) => number },
): { text(): string | undefined; stop(): void } {
  const text = (): string | undefined => work && workLine(work, address, Date.now());
  const say = (): void => {
    const line = text();
    if (line !== undefined) log.write('info', line);
  };
  return { text, stop: speakRegularly(after, say) };
}

const afterWait = (lastedMs: number): number => speakAfter(lastedMs, { isWaiting: true });

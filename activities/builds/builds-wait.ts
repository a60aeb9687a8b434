import type { StepRecord } from '../../domain/run/run.ts';
import { artefactsOf, speakAfter, type StepWork, timeOf, workLine } from '../../domain/run/step-work.ts';
import type { Change } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Mirror } from '../../mirror/mirror.ts';
import type { Store } from '../../store/store.ts';
import { speakRegularly } from '../progress/speak-regularly.ts';
import type { StepLog } from '../progress/step-log.ts';

type Stored = Pick<Store, 'steps' | 'times'>;

/** Records which builder a step waits for, and how long that usually takes. */
export async function noteWait(store: Stored, record: StepRecord, wait: AwaitedBuilds): Promise<void> {
  const { builder, keys } = wait;
  const before = record.work?.waitsFor === builder ? record.work : undefined;
  const usualMs = await usualWait(store, record, wait);
  await store.steps.work(record, {
    doing: phrase('waiting for {artefacts}', { artefacts: artefactsOf(keys) }),
    since: before?.since ?? Date.now(),
    waitsFor: builder,
    ...(usualMs === undefined ? {} : { usualMs }),
  });
}

/** The usual time of the builder's own step, which builds more than this node lacks; before it has one, that of the builds. */
async function usualWait(
  store: Stored,
  { run, step }: StepRecord,
  { builder, profile, keys }: AwaitedBuilds,
): Promise<number | undefined> {
  const building = (await store.steps.ofTarget(run, builder)).findLast((each) => each.step === step)?.work;
  if (building?.usualMs !== undefined && building.waitsFor === undefined) return building.usualMs;
  const parts = keys.map((key) => timeOf.building(profile, key));
  const known = await store.times.usual(parts);
  if (!parts.every((part) => known.has(part))) return undefined;
  return parts.reduce((sum, part) => sum + (known.get(part) ?? 0), 0);
}

interface Waiting extends AwaitedBuilds {
  readonly record: StepRecord;
  readonly address: string;
  readonly log: StepLog;
  /** Default: a pace for people who watch. */
  readonly after?: (lastedMs: number) => number;
}

/** Logs regularly which builder a step waits for. Returns the current text, and a function that stops it. */
export function tellWaiting(store: Stored, { record, address, log, after = afterWait, ...wait }: Waiting) {
  let work: StepWork | undefined = record.work;
  const text = (): Text | undefined => work && workLine(work, address, Date.now());
  const say = async (): Promise<void> => {
    const usualMs = await usualWait(store, record, wait);
    if (work !== undefined && usualMs !== undefined && usualMs !== work.usualMs) {
      work = { ...work, usualMs };
      if (!isOver) await store.steps.work(record, work);
    }
    const line = text();
    if (line !== undefined && !isOver) log.write('info', line);
  };
  let isOver = false;
  // This is information only: if it cannot be logged, the wait goes on.
  const beSilent = speakRegularly(after, () => void say().catch(() => undefined));
  return {
    text,
    stop(): void {
      isOver = true;
      beSilent();
    },
  };
}

const afterWait = (lastedMs: number): number => speakAfter(lastedMs, { isWaiting: true });

/** What a step logged that waits for another node's builds. */
export interface AwaitedBuilds {
  readonly builder: string;
  readonly profile: string;
  /** The first missing ones; the step waits for the others when it gets to them. */
  readonly keys: readonly string[];
}

/** As many as fit into a small result. */
const MOST_KEYS = 50;

/** Everything that the step lacks and another node builds. */
export async function awaitedBuilds(
  mirror: Pick<Mirror, 'findCompiled'>,
  builder: string,
  changes: readonly Change[],
): Promise<AwaitedBuilds> {
  const builds = changes.flatMap(({ act }) => (act.kind === 'build' ? [act] : []));
  const made = await Promise.all(builds.map(({ profile, key }) => mirror.findCompiled(profile, key)));
  const keys = builds.filter((_, index) => made[index] === undefined).map(({ key }) => key);
  return { builder, profile: builds[0]?.profile ?? '', keys: keys.slice(0, MOST_KEYS) };
}

import type { StepRecord } from '../../domain/run/run.ts';
import { artefactOf, doingOf, speakAfter, type StepWork, timeOf, workLine } from '../../domain/run/step-work.ts';
import type { BuildAct } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import { speakRegularly } from './speak-regularly.ts';
import type { StepLog } from './step-log.ts';

/** Milliseconds: what a step is doing is stored once it has lasted this long, and logged again this long after it was logged. */
export interface ReportPace {
  readonly keepAfter: number;
  readonly speakAfter: (lastedMs: number) => number;
}

const REPORT_PACE: ReportPace = { keepAfter: 3_000, speakAfter };

type Artefact = Pick<BuildAct, 'profile' | 'key'>;

/** What an attempt of a step is doing: logged while it lasts, measured when it is over. */
export interface WorkReport {
  /** The artefacts that will be put in place, those first that are built here. */
  expect(artefacts: readonly (Artefact & { readonly isMadeHere: boolean })[]): void;
  at(verb: 'building' | 'unpacking', artefact: Artefact): void;
  /** How long a part of it took, by a name of `timeOf`. */
  took(time: string, ms: number): Promise<void>;
  /** The step is over and has changed something. */
  done(): Promise<void>;
  /** What it is doing, in words; undefined at first. */
  text(): Text | undefined;
  /** Stops; resolves when nothing more is written. */
  stop(): Promise<void>;
}

interface Subject {
  readonly store: Pick<Store, 'steps' | 'times'>;
  readonly record: StepRecord;
  readonly address: string;
  /** The component of an instance, the profile of a node. */
  readonly of: string;
  readonly log: StepLog;
  readonly pace?: ReportPace | undefined;
}

export function createWorkReport({ store, record, address, of, log, pace = REPORT_PACE }: Subject): WorkReport {
  const { step } = record;
  const begun = Date.now();
  // The work of a worker that died goes on in the next one; what failed or waited starts over.
  const isTakenOver = record.error === undefined && hasBegun(record.work);
  const isMeasured = isWhole(record);
  let work: StepWork = { doing: doingOf(step), since: isTakenOver ? (record.work?.since ?? begun) : begun };
  let expected: Parameters<WorkReport['expect']>[0] = [];
  let isUsualKnown = false;
  let isStopped = false;
  let keeping: NodeJS.Timeout | undefined;
  let kept: Promise<void> = Promise.resolve();

  const stepTime = (): string => timeOf.step(step, of, { isMadeHere: expected.some(({ isMadeHere }) => isMadeHere) });

  /** The sum of the parts where each of them is known, else the whole. */
  const usual = async (): Promise<number | undefined> => {
    const parts = expected.flatMap(({ isMadeHere, profile, key }) => [
      ...(isMadeHere ? [timeOf.building(profile, key)] : []),
      timeOf.unpacking(profile, key),
    ]);
    const known = await store.times.usual([...parts, stepTime()]);
    const times = parts.map((part) => known.get(part));
    if (times.length === 0 || times.includes(undefined)) return known.get(stepTime());
    return times.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
  };

  const keep = async (): Promise<void> => {
    keeping = undefined;
    // Read once: its own parts are measured meanwhile, and would change the figure each time.
    if (!isUsualKnown) {
      isUsualKnown = true;
      const usualMs = await usual();
      const { usualMs: _, ...rest } = work;
      work = { ...rest, ...(usualMs === undefined ? {} : { usualMs }) };
    }
    if (!isStopped) await store.steps.work(record, work);
  };
  // Information only: that the store cannot be written is reported where it matters.
  const keepSoon = (): void => {
    if (isStopped) return;
    keeping ??= setTimeout(() => {
      kept = keep().catch(() => undefined);
    }, pace.keepAfter);
  };

  keepSoon();
  const beSilent = speakRegularly(pace.speakAfter, () => log.write('info', workLine(work, address, Date.now())));

  return {
    expect(artefacts) {
      expected = artefacts;
      isUsualKnown = false;
    },
    at(verb, { key }) {
      const place = expected.findIndex((each) => each.key === key) + 1;
      const doing = phrase(`${verb} {artefact}`, { artefact: artefactOf(key) });
      const isOneOfMany = expected.length > 1 && place > 0;
      work = {
        ...work,
        doing: isOneOfMany ? phrase('{doing} ({place} of {count})', { doing, place, count: expected.length }) : doing,
      };
      keepSoon();
    },
    took: async (time, ms) => {
      if (isMeasured) await store.times.note(time, ms).catch(() => undefined);
    },
    done: async () => {
      if (isMeasured) await store.times.note(stepTime(), Date.now() - begun).catch(() => undefined);
    },
    text: () => (Date.now() - begun < pace.keepAfter ? undefined : workLine(work, address, Date.now())),
    stop() {
      isStopped = true;
      clearTimeout(keeping);
      beSilent();
      return kept;
    },
  };
}

const hasBegun = (work: StepWork | undefined): boolean =>
  work !== undefined && work.waitsFor === undefined && work.pausedUntil === undefined;

/** Measured only if one attempt did all of it: with failures or waits in between the time says nothing about the work. */
const isWhole = ({ round, attempts, error, work }: StepRecord): boolean =>
  round === 1 && error === undefined && (attempts === 1 || work?.waitsFor !== undefined);

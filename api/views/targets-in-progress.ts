import type { StepRecord } from '../../domain/run/run.ts';
import { stageOf } from '../../domain/steps.ts';
import { firstLine } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

/** What a run in progress says about an instance. */
export interface TargetInProgress {
  readonly isParked: boolean;
  readonly words: Text;
}

/** By address or instance id, from the run in progress: what waits for a decision, is being started, or fails. */
export async function targetsInProgress({
  runs,
  steps,
}: Pick<Store, 'runs' | 'steps'>): Promise<ReadonlyMap<string, TargetInProgress>> {
  const [run] = await runs.list({ limit: 1 });
  if (run === undefined || run.endedAt !== undefined) return new Map();
  const records = await steps.inProgress(run.number);
  const parked = new Set(records.filter(({ state }) => state === 'parked').map(stepOf));
  const latest = new Map<string, StepRecord>();
  for (const record of records) {
    // A retry that a stop has called off leaves the step parked.
    if (isOverOperation(record) || (record.state === 'aborted' && parked.has(stepOf(record)))) continue;
    const known = latest.get(record.target);
    if (known === undefined || isLater(record, known)) latest.set(record.target, record);
  }
  return new Map(
    [...latest].flatMap(([target, record]) => {
      const found = inProgress(record);
      return found === undefined ? [] : [[target, found] as const];
    }),
  );
}

const stepOf = ({ target, step }: StepRecord): string => `${target} ${step}`;

/** A restart that did not help leaves the instance parked; one that has ended says nothing about what follows. */
const isOverOperation = ({ step, endedAt }: StepRecord): boolean =>
  stageOf(step) === 'operate' && endedAt !== undefined;

/** Of the same step rounds tell it: a clock may have been set back. */
const isLater = (a: StepRecord, b: StepRecord): boolean =>
  a.step === b.step ? a.round >= b.round : a.startedAt >= b.startedAt;

const STARTS: readonly string[] = ['start', 'restart'];

function inProgress({ state, step, error, failures }: StepRecord): TargetInProgress | undefined {
  const why = firstLine(error?.message ?? '');
  if (state === 'parked') return { isParked: true, words: phrase('parked: {why}', { why }) };
  // A node that does not answer has rows that say so.
  if (state === 'retrying' && failures > 0)
    return {
      isParked: false,
      words: phrase('{step} has failed {times}: {why}', { step, times: times(failures), why }),
    };
  return state === 'running' && STARTS.includes(step) ? { isParked: false, words: 'starting' } : undefined;
}

const times = (count: number): Text => (count === 1 ? 'once' : phrase('{count} times', { count }));

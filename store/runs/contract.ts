import type { Answers, Inspection, Question } from '../../domain/node/inspection.ts';
import type { Operation, Plan } from '../../domain/plan/plan.ts';
import type { NewLogLine } from '../../domain/run/log.ts';
import type { Outcome, Run, StepRecord } from '../../domain/run/run.ts';
import type { StepWork } from '../../domain/run/step-work.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Text } from '../../domain/text/text.ts';

/** What a run begins with. */
export interface RunStart {
  readonly operation: Operation;
  readonly revision: number;
  readonly release: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** The run that ends as superseded in the same transaction. Default: none. */
  readonly supersedes?: number;
  /** Id of the serial that a deploy is counted for. Default: none. */
  readonly serial?: string;
}

export interface Runs {
  /** Begins a run under the next number and ends the one it supersedes. The same Temporal run id gets the same run again. */
  begin(start: RunStart): Promise<Run>;
  get(run: number): Promise<Run | undefined>;
  /** Id of the serial that a deploy is counted for. */
  serial(run: number): Promise<string | undefined>;
  /**
   * Continues a run under a number above `above`: the run ends as superseded by the one returned, which has the same Temporal run
   * id. A repeat returns that one again.
   */
  raise(run: number, above: number): Promise<Run>;
  /** Newest first. */
  list(options: { readonly before?: number; readonly limit: number }): Promise<readonly Run[]>;
  /** The newest run without an outcome. */
  open(): Promise<Run | undefined>;
  /** Throws `RunEnded` unless the run is open and has this Temporal run id. */
  assertOpen(run: number, temporalRunId: string): Promise<void>;
  savePlan(plan: Plan): Promise<void>;
  plan(run: number): Promise<Plan | undefined>;
  /** Reads, changes and writes the plan in one transaction. */
  amendPlan(run: number, amend: (plan: Plan) => Plan): Promise<Plan>;
  /** Ends the run: outcome and last log line in one transaction. A repeat changes nothing. */
  finish(run: number, outcome: Outcome, reason: Text | undefined, lastLine: NewLogLine): Promise<Run>;
  /** How many runs there ever were, by operation and outcome; those still open have none. */
  counts(): Promise<readonly RunCount[]>;
  /** The revision and release of the newest successful deploy. */
  deployed(): Promise<{ readonly revision: number; readonly release: string } | undefined>;
}

export interface RunCount extends Pick<Run, 'operation' | 'outcome'> {
  readonly count: number;
}

export interface StepKey {
  readonly run: number;
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
  /**
   * As `StepRecord.attempts`: on behalf of that attempt, so nothing is written once another has begun or the step has ended, and
   * what must be written throws `Overtaken`. Default: on behalf of the run.
   */
  readonly attempts?: number;
}

export interface StepRecords {
  /** Counts an attempt: the first makes the record, as `running`. A `retrying` step stays so until the node answers. */
  begin(key: StepKey): Promise<StepRecord>;
  /**
   * The node answered, so the step is `running` again. Keeps the first ledger position of the round, for the round's later
   * attempts. Without a position only the state changes.
   */
  reach(key: StepKey, position?: number): Promise<void>;
  /** The step made progress, so patience starts again. An answer alone is not progress. */
  progress(key: StepKey): Promise<void>;
  /** Keeps what the step is doing, until it ends. */
  work(key: StepKey, work: StepWork): Promise<void>;
  /** Keeps why something is about to change, so that the attempt that ends the step can report it. */
  note(key: StepKey, reason: Text): Promise<void>;
  /**
   * Records a failed attempt. `counts`: it counts as a failure of the step itself. `isOver`: nothing of it still runs, so the
   * position is cleared; default: as `counts`. Returns the record with the new totals.
   */
  fail(
    key: StepKey,
    failure: {
      code: string;
      message: Text;
      counts: boolean;
      isOver?: boolean;
      parks: boolean;
      /** For how long it has been failing already. Default: 0. */
      failingMs?: number;
    },
  ): Promise<StepRecord>;
  end(key: StepKey, state: 'done' | 'unchanged' | 'skipped' | 'aborted', reasons: readonly Text[]): Promise<void>;
  /** In the order they began. */
  of(run: number): Promise<readonly StepRecord[]>;
  /** Another one whenever a step has begun, failed or ended, which may still happen when the run has. */
  version(run: number): Promise<string>;
  /** What may have changed since that time. */
  since(run: number, at: number): Promise<StepsSince>;
  /** All steps of the targets of which one is at work or waits for a decision. */
  inProgress(run: number): Promise<readonly StepRecord[]>;
  ofTarget(run: number, target: string): Promise<readonly StepRecord[]>;
  ofTargets(run: number, targets: readonly string[]): Promise<readonly StepRecord[]>;
  /** Whether any step of the run has begun. */
  hasBegun(run: number): Promise<boolean>;
}

export interface StepsSince {
  /** Those that go on or wait, and those that have ended at that time or later. */
  readonly records: readonly StepRecord[];
  /** `stepsVersion` of those that ended before. */
  readonly earlier: string;
}

/** How long things took, to know what is usual. */
export interface WorkTimes {
  note(work: string, ms: number): Promise<void>;
  /** Medians of the newest times in milliseconds, of those kinds of work that were ever measured. Default: of all kinds. */
  usual(works?: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Leases on pieces of work in the cluster. */
export interface Claims {
  /** True if `owner` now holds `key` for `forMs`; an expired claim, or one of its own, is taken over. */
  take(key: string, owner: string, forMs: number): Promise<boolean>;
  release(key: string, owner: string): Promise<void>;
  /** Who holds the key now. */
  holder(key: string): Promise<string | undefined>;
  /** Who holds the key, or has held it last and has not released it. */
  last(key: string): Promise<string | undefined>;
  /** The keys that somebody holds now. */
  held(): Promise<readonly string[]>;
}

/**
 * What workers must know to go on with the cluster's runs, by name. It only grows, so that of two builds the older one finds out
 * that it is the older one.
 */
export interface Requirements {
  /** What is required and not among these, in order. */
  lackedBy(known: readonly string[]): Promise<readonly string[]>;
  /** Requires all of these from now on; returns when the newest requirement came, undefined while none was ever added to others. */
  require(known: readonly string[]): Promise<number | undefined>;
}

/** Questions about the cluster outside of runs. The worker answers; question and answer are removed after an hour. */
export interface Inspections {
  /** Keeps the question, encrypted; returns its id. */
  ask(inspection: Inspection): Promise<string>;
  asked(id: string): Promise<Inspection | undefined>;
  answer<Kind extends Question>(id: string, answer: Answers[Kind]): Promise<void>;
  answerOf<Kind extends Question>(id: string): Promise<Answers[Kind] | undefined>;
}

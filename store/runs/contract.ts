import type { Answers, Inspection, Question } from '../../domain/node/inspection.ts';
import type { Operation, Plan } from '../../domain/plan/plan.ts';
import type { NewLogLine } from '../../domain/run/log.ts';
import type { Outcome, Run, StepRecord } from '../../domain/run/run.ts';
import type { StepWork } from '../../domain/run/step-work.ts';
import type { StepName } from '../../domain/steps.ts';

/** What `beginRun` is keyed by and what it fixes. */
export interface RunStart {
  readonly operation: Operation;
  readonly revision: number;
  readonly release: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** The run that ends as superseded in the same moment. Default: none. */
  readonly supersedes?: number;
  /** Id of the serial that a deploy is counted for. Default: none. */
  readonly serial?: string;
}

export interface Runs {
  /** Gives the next number, and ends the run before it where it supersedes one; the same Temporal run id gets the same run again. */
  begin(start: RunStart): Promise<Run>;
  get(run: number): Promise<Run | undefined>;
  /**
   * Goes on with a run under a number above `above`: the run so far ends as superseded by the one it returns, which is of the
   * same execution. A repeat returns that one again.
   */
  raise(run: number, above: number): Promise<Run>;
  /** Newest first. */
  list(options: { readonly before?: number; readonly limit: number }): Promise<readonly Run[]>;
  /** The newest run without an outcome. */
  open(): Promise<Run | undefined>;
  /** Throws `RunEnded` unless (run, Temporal run id) is open. */
  assertOpen(run: number, temporalRunId: string): Promise<void>;
  savePlan(plan: Plan): Promise<void>;
  plan(run: number): Promise<Plan | undefined>;
  /** Replaces the plan by what is made of it; nobody else changes it meanwhile. */
  amendPlan(run: number, amend: (plan: Plan) => Plan): Promise<Plan>;
  /**
   * Ends the run once: outcome, deploy count and last log line in one transaction; a repeat changes nothing.
   * An `ok` or `unchanged` deploy makes its revision the deployed one.
   */
  finish(run: number, outcome: Outcome, reason: string | undefined, lastLine: NewLogLine): Promise<Run>;
  /** The revision and release of the newest successful deploy. */
  deployed(): Promise<{ readonly revision: number; readonly release: string } | undefined>;
}

export interface StepKey {
  readonly run: number;
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
}

export interface StepRecords {
  /** One more attempt: inserts the record as `running`, or counts it; a `retrying` step stays so until the node answers. */
  begin(key: StepKey): Promise<StepRecord>;
  /**
   * The node answered: the step works again. Keeps the ledger position the round's first check saw; a later attempt of the
   * round finds it in its record. Without a position only the answer is noted.
   */
  reach(key: StepKey, position?: number): Promise<void>;
  /** The step got on with its work: patience begins anew. An answer alone is no progress. */
  progress(key: StepKey): Promise<void>;
  /** Keeps what the step is at, until it ends. */
  work(key: StepKey, work: StepWork): Promise<void>;
  /** Keeps why something is about to be changed, for whichever attempt ends the step. */
  note(key: StepKey, reason: string): Promise<void>;
  /**
   * Records a failed attempt; `counts` = a failure of the step itself; `isOver` = nothing of it is left at work, so the
   * position is forgotten (default: what counts is over). Returns the record with the new totals.
   */
  fail(
    key: StepKey,
    failure: {
      code: string;
      message: string;
      counts: boolean;
      isOver?: boolean;
      parks: boolean;
      /** How long before now it failed first. Default: it has failed now. */
      failingMs?: number;
    },
  ): Promise<StepRecord>;
  end(key: StepKey, state: 'done' | 'unchanged' | 'skipped' | 'aborted', reasons: readonly string[]): Promise<void>;
  /** In the order they began. */
  of(run: number): Promise<readonly StepRecord[]>;
  ofTarget(run: number, target: string): Promise<readonly StepRecord[]>;
}

/** How long things took, to tell what is usual. */
export interface WorkTimes {
  note(work: string, ms: number): Promise<void>;
  /** The medians of the newest times, in milliseconds; without what was never measured. Default: of all kinds of work. */
  usual(works?: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** A lease on one piece of work in the cluster. */
export interface Claims {
  /** True when `owner` now holds `key` for `forMs`; an expired or own claim is taken over. */
  take(key: string, owner: string, forMs: number): Promise<boolean>;
  release(key: string, owner: string): Promise<void>;
  /** Who holds the key now. */
  holder(key: string): Promise<string | undefined>;
}

/** Looks at the cluster that are no runs: the question goes to a worker, the answer back, and an hour later both are gone. */
export interface Inspections {
  /** Keeps what is asked about, encrypted; returns the inspection's id. */
  ask(inspection: Inspection): Promise<string>;
  asked(id: string): Promise<Inspection | undefined>;
  answer<Kind extends Question>(id: string, answer: Answers[Kind]): Promise<void>;
  answerOf<Kind extends Question>(id: string): Promise<Answers[Kind] | undefined>;
}

import type { Operation } from '../plan/plan.ts';
import type { StepName } from '../steps.ts';
import type { Text } from '../text/text.ts';
import type { StepWork } from './step-work.ts';

/**
 * How a run ended; `ok` and `unchanged` are successes, only `ok` counts as a deployment. `abandoned`: a restored store does not
 * know its end.
 */
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOMES = [
  'ok',
  'unchanged',
  'incomplete',
  'failed',
  'cancelled',
  'superseded',
  'terminated',
  'abandoned',
] as const;

export interface Run {
  /** Grows by one with every run; never reused. */
  readonly number: number;
  readonly operation: Operation;
  readonly revision: number;
  /** sha256 of the release tarball. */
  readonly release: string;
  readonly temporalRunId: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly reason: Text | undefined;
}

/** Where a step of a run stands. `retrying` = an attempt failed and another follows by itself. */
export type StepState = (typeof STEP_STATES)[number];

export const STEP_STATES = ['running', 'retrying', 'parked', 'done', 'unchanged', 'skipped', 'aborted'] as const;

/** One step of one node or instance in one round; rounds count operator retries from 1. */
export interface StepRecord {
  readonly run: number;
  /** An address in the prepare stage, an instance id in the others. */
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
  readonly state: StepState;
  readonly attempts: number;
  /** Failures of the step itself; crashes of the engine and unreachable nodes do not count. */
  readonly failures: number;
  /** When the round failed first, whatever it has got on with since. */
  readonly firstFailureAt: number | undefined;
  /** Since when attempts fail without having got on with anything: patience counts from there. */
  readonly silentSince: number | undefined;
  /** Where the node's ledger stood at the round's first check: what ended well since need not start again. */
  readonly position: number | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly reasons: readonly Text[];
  readonly error: { readonly code: string; readonly message: Text } | undefined;
  /** What it is at, once it has lasted for some seconds. */
  readonly work: StepWork | undefined;
}

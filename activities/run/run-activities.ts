import type { DecisionAction } from '../../domain/run/decision.ts';
import { isExplained, lastLine } from '../../domain/run/last-line.ts';
import type { Outcome } from '../../domain/run/run.ts';
import type { StepName } from '../../domain/steps.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { createPlanOperation, type Operating } from './plan-operation.ts';

import { createAboveFences } from './above-fences.ts';
import { createBeginRun } from './begin-run.ts';
import { createPlanRun } from './plan-run.ts';
import { createRunBook } from './run-book.ts';

type BookKeeping = Operating &
  Pick<ActivityDependencies, 'cluster' | 'damagedFiles' | 'mirror' | 'release'> & {
    readonly store: Pick<Store, 'configurations' | 'engine' | 'installed' | 'serials' | 'steps'>;
  };

/** The run's own book-keeping: begin, plan, slices, decisions, end. */
export function createRunActivities(deps: BookKeeping) {
  const { store } = deps;
  const book = createRunBook(deps);
  const { say, flushed, knownRun } = book;
  const aboveFences = createAboveFences(deps, book);

  return {
    ...createBeginRun(deps, book),
    ...createPlanRun(deps, book, aboveFences),

    /** What a restart or a stop has to do, and on which nodes; reads them. */
    planOperation: createPlanOperation(deps, {
      aboveFences,
      say: async (run, line, id) => {
        say(run, line, id);
        await flushed(run);
      },
    }),

    /** How an operation inside a parked run has ended. */
    async noteOperation({ run, line, id, level }: OperationNote): Promise<void> {
      say(run, line, id, level);
      await flushed(run);
    },

    /** What an operator decided about a parked step. */
    async recordDecision(decision: Decision): Promise<void> {
      const { run, target, step, round, action, reason } = decision;
      if (action !== 'retry') {
        const state = action === 'skip' ? 'skipped' : 'aborted';
        const reasons = reason === undefined ? [] : [reason];
        const records = await store.steps.ofTarget(run, target);
        // Earlier rounds have parked too, and the last one may not have begun before it was called off.
        for (const record of records)
          if (record.step === step && (record.state === 'parked' || record.round === round))
            await store.steps.end({ run, target, step, round: record.round }, state, reasons);
      }
      const what = `${target}: ${action} ${step}`;
      say(
        run,
        reason === undefined ? what : phrase('{what} ({why})', { what, why: reason }),
        `decision/${target}/${step}/${round}`,
        action === 'retry' ? 'info' : 'warn',
      );
      await flushed(run);
    },

    /** Says once that little is left of what one execution may use. */
    async noteLimit({ run, used }: { readonly run: number; readonly used: string }): Promise<void> {
      say(
        run,
        phrase(
          "{used} of this run's Temporal execution are used: nothing parked is tried again by itself or by GET /deploy from now on; resolve and cancel still work. Decide about what is parked, or cancel and deploy again",
          { used },
        ),
        'limit',
        'warn',
      );
      await flushed(run);
    },

    /** Outcome, deploy count and the contractual last line, once. */
    async finishRun({
      run,
      outcome,
      reason,
    }: {
      readonly run: number;
      readonly outcome: Outcome;
      readonly reason?: Text;
    }): Promise<void> {
      if (reason !== undefined && !isExplained(outcome)) say(run, reason, 'end', 'warn');
      await flushed(run);
      await store.runs.finish(
        run,
        outcome,
        reason,
        lastLine(await knownRun(run), outcome, reason === undefined ? undefined : inOwnLanguage(reason)),
      );
    },
  };
}

export interface OperationNote {
  readonly run: number;
  readonly line: Text;
  /** A repeated one is logged once. */
  readonly id: string;
  readonly level: 'info' | 'warn';
}

export interface Decision {
  readonly run: number;
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
  readonly action: DecisionAction;
  readonly reason: string | undefined;
}

import type { PlannedSweep } from '../../domain/plan/plan.ts';
import { sweepCounts } from '../../domain/plan/sweeps.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { countOf } from '../../domain/text/counts.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

interface End {
  readonly outcome: Outcome | 'refused';
  readonly reason?: Text;
}

// What the Web UI says of a run: current details begin with it.

export const headline = (run: number | undefined, what: Text): Text =>
  phrase('Run {run}: {what}', { run: String(run), what });

export const lookingAt = (run: number, nodes: number): Text =>
  headline(run, phrase('looking at {nodes}', { nodes: countOf(nodes, 'node') }));

export const workingOn = (run: number, nodes: number, instances: number): Text =>
  headline(
    run,
    phrase('{names}', {
      names: [
        phrase('{nodes} to prepare', { nodes: countOf(nodes, 'node') }),
        phrase('{instances} to update', { instances: countOf(instances, 'instance') }),
      ],
    }),
  );

export const sweeping = (run: number, sweeps: readonly PlannedSweep[]): Text =>
  headline(run, phrase('{names}', { names: sweepCounts(sweeps) }));

export const verifying = (run: number): Text => headline(run, 'verifying');

export const ended = (run: number | undefined, { outcome, reason }: End): Text =>
  reason === undefined
    ? headline(run, outcome)
    : phrase('Run {run}: {outcome}. {why}', { run: String(run), outcome, why: reason });

/** The summary of the activity that ends the run. */
export const recordSummary = (outcome: End['outcome']): string =>
  inOwnLanguage(phrase('Record the outcome: {outcome}', { outcome }));

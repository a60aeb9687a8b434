import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Run } from '../../domain/run/run.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { RunBook } from './run-book.ts';

type Fenced = { readonly store: Pick<Store, 'engine' | 'runs'> };

/** Gives a run a number that its nodes admit. */
export function createAboveFences({ store }: Fenced, { say, flushed, knownRun }: RunBook) {
  return aboveFences;

  /** A store that is older than the nodes' fences would give numbers that they refuse for ever. */
  async function aboveFences(run: number, surveys: readonly NodeSurvey[]): Promise<Run> {
    await aboveGenerations(run, surveys);
    // Of any generation: a number names one run on a node for ever.
    const seen = Math.max(0, ...surveys.map(({ fence }) => fence));
    if (seen < run) return knownRun(run);
    await flushed(run);
    return store.runs.raise(run, seen);
  }

  /** A restored store, or a copy of this engine: logged, because only people know which. */
  async function aboveGenerations(run: number, surveys: readonly NodeSurvey[]): Promise<void> {
    const own = await store.engine.generation();
    const seen = Math.max(0, ...surveys.map(({ generation = 0 }) => generation));
    if (seen <= own) return;
    const where = surveys.filter(({ generation }) => generation === seen).map(({ address }) => address);
    say(
      run,
      phrase(
        '{addresses}: generation {seen} of this engine has been at work there, this store knows of {own} only. It goes on as generation {next}. That is right for a restored backup; if a copy of this engine runs on another machine, stop it',
        { addresses: where, seen, own, next: seen + 1 },
      ),
      `generation/${seen}`,
      'warn',
    );
    await flushed(run);
    await store.engine.raiseGeneration(seen);
  }
}

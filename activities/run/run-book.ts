import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { localLine, type NewLogLine } from '../../domain/run/log.ts';
import type { Run } from '../../domain/run/run.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

/** What a run's own activities write and read of it: lines of its log, and its row in the store. */
export interface RunBook {
  /** Logs a line of the run itself; `id`: a repeated one is logged once. */
  say(run: number, line: Text, id: string, level?: NewLogLine['level']): void;
  /** Everything that was logged is stored. */
  flushed(run: number): Promise<void>;
  /** Throws `RunNotFound`. */
  knownRun(run: number): Promise<Run>;
}

type Kept = Pick<ActivityDependencies, 'log'> & { readonly store: Pick<Store, 'runs'> };

export const createRunBook = ({ log, store }: Kept): RunBook => ({
  say: (run, line, id, level = 'info') => log.write(run, [localLine(line, level)], id),

  flushed: async (run) => {
    await log.flush(run).catch((error: unknown) => {
      // A repeat after the run has ended finds its log closed; that is fine.
      if (!isEngineError(error, 'RunEnded')) throw error;
    });
  },

  knownRun: async (run) => {
    const known = await store.runs.get(run);
    if (known === undefined) throw new DeploymentEngineError('RunNotFound', phrase('There is no run {run}.', { run }));
    return known;
  },
});

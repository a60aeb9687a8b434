import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

export interface TurnLimits {
  readonly atOnce: number;
  /** How many may wait. */
  readonly waiting: number;
  readonly waitMs: number;
}

/** For looks at nodes: each is a workflow with many activities. */
export const LOOKS: TurnLimits = { atOnce: 4, waiting: 32, waitMs: 20_000 };
/** For renderings of all templates: each is a process with hundreds of megabytes. */
export const RENDERINGS: TurnLimits = { atOnce: 1, waiting: 32, waitMs: 20_000 };

/** For configurations, each of which is judged by the one before. */
export const CONFIGURATIONS: TurnLimits = { atOnce: 1, waiting: 32, waitMs: 20_000 };

/** Throws `TooManyRequests` for a task that gets no turn in time; it is not started then. */
export type Turns = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Limits how many tasks run at once; the others wait, first come, first served. */
export function createTurns({ atOnce, waiting, waitMs }: TurnLimits): Turns {
  const queue = new Set<() => void>();
  let free = atOnce;

  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(patience);
        queue.delete(begin);
        resolve();
      };
      const patience = setTimeout(() => {
        queue.delete(begin);
        reject(tooMany(phrase('no place was free within {seconds} s', { seconds: waitMs / 1000 })));
      }, waitMs);
      queue.add(begin);
    });

  return async (task) => {
    if (free > 0) free -= 1;
    else if (queue.size >= waiting) throw tooMany(phrase('{waiting} wait already', { waiting }));
    // A task that ends hands its turn to the next.
    else await wait();
    try {
      return await task();
    } finally {
      const [next] = queue;
      if (next === undefined) free += 1;
      else next();
    }
  };
}

const tooMany = (why: Text): DeploymentEngineError =>
  new DeploymentEngineError(
    'TooManyRequests',
    phrase('the engine is busy with requests of this kind ({why}); ask again', { why }),
  );

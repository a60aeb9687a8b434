import { DeploymentEngineError } from '../../domain/errors.ts';

interface Rate {
  readonly most: number;
  readonly withinMs: number;
}

/** Throws `TooManyRequests` for each call above so many within a time; what was refused counts for nothing. */
export function createRateLimit({ most, withinMs }: Rate, clock: () => number): () => void {
  let taken: readonly number[] = [];
  return () => {
    const now = clock();
    taken = taken.filter((time) => time > now - withinMs);
    const [oldest = now] = taken;
    if (taken.length < most) taken = [...taken, now];
    else throw tooMany(Math.max(1, Math.ceil((oldest + withinMs - now) / 1000)));
  };
}

const tooMany = (retryAfter: number): DeploymentEngineError =>
  new DeploymentEngineError('TooManyRequests', `too many requests of this kind; ask again in ${retryAfter} s`, {
    details: { retryAfter },
  });

import { DeploymentEngineError } from '../../domain/errors.ts';
import { stillAhead } from '../../domain/own-machine/still-ahead.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

interface Rate {
  readonly most: number;
  readonly withinMs: number;
}

/** Throws `TooManyRequests` for each call above so many within a time; what was refused counts for nothing. */
export function createRateLimit({ most, withinMs }: Rate, clock: () => number): () => void {
  let taken: readonly number[] = [];
  return () => {
    const now = clock();
    taken = taken.filter((time) => stillAhead(time + withinMs, now, withinMs));
    const [oldest = now] = taken;
    if (taken.length < most) taken = [...taken, now];
    else throw tooMany('too many requests of this kind', oldest + withinMs - now);
  };
}

/** `waitMs`: until another one is taken; told in seconds, as `Retry-After` too. */
export function tooMany(what: Text, waitMs: number): DeploymentEngineError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  return new DeploymentEngineError(
    'TooManyRequests',
    phrase('{what}; ask again in {seconds} s', { what, seconds: retryAfter }),
    {
      details: { retryAfter },
    },
  );
}

import { setTimeout as wait } from 'node:timers/promises';
import { isEngineError, textOf } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** Milliseconds. */
export interface Patience {
  /** How long a node that does not answer is waited for. */
  readonly silent: number;
  /** How long one that answers, however slowly, is waited for. */
  readonly slow: number;
}

/** If it is done sooner, the node need not be asked whether it is there. */
const UNASKED = 0.2;
const AGAIN_MS = 500;

interface Trouble {
  readonly message: Text;
  /** Another try may end better. */
  readonly mayPass: boolean;
  /** It is still being tried. */
  readonly isPending: boolean;
}

/**
 * Tries for as long as the node shows that it is there; returns what the problem is if it did not succeed. `answers`: whether
 * the node says anything within the time.
 */
export async function whileItAnswers(
  act: () => Promise<unknown>,
  answers: (withinMs: number) => Promise<boolean>,
  { silent, slow }: Patience,
): Promise<Text | undefined> {
  const begun = Date.now();
  for (let acting = attempt(act); ;) {
    const early = await within(UNASKED * silent, acting);
    if (early?.mayPass !== true) return early?.message;
    const rest = (1 - UNASKED) * silent;
    const [isThere, late] = await Promise.all([answers(rest), early.isPending ? within(rest, acting) : early]);
    if (late?.mayPass !== true) return late?.message;
    if (!isThere)
      return late.isPending ? phrase('it did not answer within {seconds} s', { seconds: silent / 1000 }) : late.message;
    if (Date.now() - begun >= slow) return late.message;
    if (late.isPending) continue;
    await wait(AGAIN_MS);
    acting = attempt(act);
  }
}

const attempt = (act: () => Promise<unknown>): Promise<Trouble | undefined> =>
  act().then(
    () => undefined,
    (error: unknown) => ({
      message: textOf(error),
      mayPass: isEngineError(error) && error.retry === 'patience',
      isPending: false,
    }),
  );

async function within(ms: number, acting: Promise<Trouble | undefined>): Promise<Trouble | undefined> {
  const timer = new AbortController();
  const pending: Trouble = { message: 'it answers, but too slowly', mayPass: true, isPending: true };
  try {
    return await Promise.race([acting, wait(ms, pending, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

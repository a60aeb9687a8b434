import { setTimeout as wait } from 'node:timers/promises';
import { isEngineError, textOf } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** Milliseconds. */
export interface Patience {
  /** A node that does not answer keeps nobody waiting longer than this. */
  readonly silent: number;
  /** Nor does one that answers, late as it may be, longer than this. */
  readonly slow: number;
}

/** Who is done sooner needs no question whether the node is there. */
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
 * Does it for as long as the node shows that it is there; says what the trouble is when it could not be done. `answers`: whether
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../domain/secret.ts';
import type { Admission } from './admission.ts';
import { createSlots } from './slots.ts';

/** Wrong passwords per node in `WINDOW_MS`: fewer than the usual rules that lock an account allow. */
const MOST_WRONG = 2;
const WINDOW_MS = 60_000;

/** Called with how long no password is shown, so that the log says what a silent step waits for. */
export type OnWait = (ms: number) => void;

export interface Attempt {
  readonly account: string;
  /** Tried in this order, except that the one that was right last time comes first. */
  readonly passwords: readonly Secret[];
  /** A password that was refused at this time or later is not tried again. */
  readonly since: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: OnWait | undefined;
}

/** Shows passwords to one node, one at a time. */
export interface PasswordTries {
  /** Tries one password after the other until one is right or none is left. */
  attempt<T>(attempt: Attempt, show: (password: Secret) => Promise<Admission<T>>): Promise<Admission<T>>;
  /** This password comes first from now on. */
  expect(account: string, password: Secret): void;
}

/** `windowMs`: how long a wrong password counts; default a minute. */
export function createPasswordTries(windowMs = WINDOW_MS): PasswordTries {
  const turns = createSlots(1);
  const right = new Map<string, string>();
  const refused = new Map<string, { readonly at: number; readonly said: string }>();
  const present = new Set<OnWait>();
  let wrong: readonly number[] = [];
  let waitsUntil = 0;

  const room = async (signal: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted();
      const now = Date.now();
      // A time that lies ahead is of a clock that was set back since.
      wrong = wrong.filter((at) => at > now - windowMs && at <= now);
      const oldest = wrong.at(-MOST_WRONG);
      if (oldest === undefined) return;
      waitsUntil = oldest + windowMs;
      for (const tell of present) tell(waitsUntil - now);
      // Why it was aborted is thrown above.
      await sleep(waitsUntil - now + 1, undefined, { signal }).catch(() => {});
    }
  };

  return {
    async attempt<T>(
      { account, passwords, since, signal, onWait = () => undefined }: Attempt,
      show: (password: Secret) => Promise<Admission<T>>,
    ) {
      const now = Date.now();
      if (waitsUntil > now) onWait(waitsUntil - now);
      // A caller that waits for its turn is also told what the current one waits for.
      const tell: OnWait = (ms) => onWait(ms);
      present.add(tell);
      const giveBack = await takeTurn(turns.take(), signal).catch((error: unknown) => {
        present.delete(tell);
        throw error;
      });
      try {
        let last: Admission<T> = { verdict: 'wrong password', said: '' };
        for (const password of rightFirst(passwords, right.get(account))) {
          const key = keyOf(account, password);
          const known = refused.get(key);
          if (known !== undefined && known.at >= since) {
            last = { verdict: 'wrong password', ...known };
            continue;
          }
          await room(signal);
          last = await show(password);
          if (last.verdict === 'admitted') {
            right.set(account, password.reveal());
            refused.delete(key);
          }
          if (last.verdict !== 'wrong password') return last;
          const at = Date.now();
          wrong = [...wrong, at];
          refused.set(key, { at, said: last.said });
        }
        return last;
      } finally {
        present.delete(tell);
        giveBack();
      }
    },
    expect(account, password) {
      right.set(account, password.reveal());
      refused.delete(keyOf(account, password));
    },
  };
}

const keyOf = (account: string, password: Secret): string => JSON.stringify([account, password.reveal()]);

const rightFirst = (passwords: readonly Secret[], right: string | undefined): Secret[] =>
  passwords.toSorted((one, other) => Number(other.reveal() === right) - Number(one.reveal() === right));

/** A caller that gives up while waiting passes its turn on. */
async function takeTurn(turn: Promise<() => void>, signal: AbortSignal | undefined): Promise<() => void> {
  if (signal === undefined) return turn;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([turn, aborted.promise]);
  } catch (error) {
    void turn.then((giveBack) => giveBack());
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

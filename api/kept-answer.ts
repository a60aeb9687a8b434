import { stillAhead } from '../domain/own-machine/still-ahead.ts';

/** Asks once at a time, and keeps an answer for as many milliseconds as `keptMs` says of it. */
export function keptAnswer<Answer>(
  ask: () => Promise<Answer>,
  keptMs: (answer: Answer) => number,
  clock: () => number,
): () => Promise<Answer> {
  let asking: Promise<Answer> | undefined;
  let kept: { readonly answer: Answer; readonly until: number; readonly ms: number } | undefined;
  const again = async (): Promise<Answer> => {
    const answer = await ask();
    const ms = keptMs(answer);
    kept = { answer, until: clock() + ms, ms };
    return answer;
  };
  return async () => {
    if (asking === undefined && kept !== undefined && stillAhead(kept.until, clock(), kept.ms)) return kept.answer;
    return (asking ??= again().finally(() => (asking = undefined)));
  };
}

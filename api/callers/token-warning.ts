import { MAKE_TOKEN } from '../../domain/schemas/callers.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { AccessToken } from '../../store/callers/contract.ts';

const WARNED_BEFORE_MS = 14 * 86_400_000;

/** What whoever starts the engine has to know of its tokens; undefined while one of them is good for long. */
export function tokenWarning(tokens: readonly AccessToken[], now: number): Text | undefined {
  const ends = tokens.flatMap(({ revokedAt, expiresAt }) => (revokedAt === undefined ? expiresAt : []));
  const last = Math.max(...ends);
  const command = MAKE_TOKEN;
  if (!(last > now))
    return phrase('no token is in force any more, so every caller gets 401. Make one: {command}', { command });
  if (last - now > WARNED_BEFORE_MS) return undefined;
  const day = new Date(last).toISOString().slice(0, 10);
  return phrase('the last token ends on {day}. Make the next one before: {command}', { day, command });
}

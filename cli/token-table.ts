import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import type { AccessToken } from '../store/callers/contract.ts';

/** One line per token: id, scope, name, and how long it is valid or why it is not. */
export function tokenTable(tokens: readonly AccessToken[], now: number): string {
  const name = Math.max(4, ...tokens.map((token) => token.name.length));
  return tokens
    .map(
      (token) =>
        `${token.id}  ${token.scope.padEnd(8)}  ${token.name.padEnd(name)}  ${inOwnLanguage(stateOf(token, now))}\n`,
    )
    .join('');
}

function stateOf({ expiresAt, revokedAt }: AccessToken, now: number): Text {
  if (revokedAt !== undefined) return phrase('revoked {day}', { day: day(revokedAt) });
  const until = { day: day(expiresAt) };
  return expiresAt > now ? phrase('until {day}', until) : phrase('expired {day}', until);
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

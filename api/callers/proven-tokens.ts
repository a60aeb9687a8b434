import { createHash } from 'node:crypto';
import type { AccessToken } from '../../store/callers/contract.ts';

/** What the store has said of tokens, for the time when it says nothing. */
export interface ProvenTokens {
  /** Undefined = not in force, or no longer. */
  note(text: string, token: AccessToken | undefined): void;
  /** The token, if it was in force not long before the store last said anything, and has not expired since. */
  recall(text: string): AccessToken | undefined;
}

/** Up to the last word of the store: a token may have been revoked in that time, and nobody revokes one while the store is away. */
const KEPT_MS = 600_000;
const MOST = 1_000;

export function createProvenTokens(clock: () => number): ProvenTokens {
  const proven = new Map<string, { readonly token: AccessToken; readonly at: number }>();
  let lastWord = 0;
  return {
    note(text, token) {
      const digest = digestOf(text);
      lastWord = clock();
      proven.delete(digest);
      if (token !== undefined) proven.set(digest, { token, at: lastWord });
      const [oldest = ''] = proven.keys();
      if (proven.size > MOST) proven.delete(oldest);
    },

    recall(text) {
      const { token, at = 0 } = proven.get(digestOf(text)) ?? {};
      return token !== undefined && lastWord - at < KEPT_MS && token.expiresAt > clock() ? token : undefined;
    },
  };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');

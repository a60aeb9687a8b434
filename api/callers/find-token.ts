import type { AccessToken } from '../../store/callers/contract.ts';
import type { Store } from '../../store/store.ts';
import { STORE_ANSWERS_WITHIN_MS, within } from '../within.ts';
import type { Credential } from './credential.ts';
import { createProvenTokens } from './proven-tokens.ts';

/** The token behind a credential; undefined = none is in force. */
export type FindToken = (credential: Credential) => Promise<AccessToken | undefined>;

interface Finds {
  readonly find: FindToken;
  /** While the store does not answer, a token is right that was so when it last did. */
  readonly findOrRecall: FindToken;
}

export function createFinds({ tokens, sessions }: Pick<Store, 'tokens' | 'sessions'>, clock: () => number): Finds {
  const proven = createProvenTokens(clock);

  const find: FindToken = async ({ kind, text }) => {
    if (kind === 'session') return sessions.find(text);
    const token = await tokens.find(text);
    proven.note(text, token);
    return token;
  };

  const findOrRecall: FindToken = async (credential) => {
    const asked = find(credential);
    if (credential.kind === 'session' || proven.recall(credential.text) === undefined) return asked;
    const said = asked.then(
      (token) => ({ token }),
      () => undefined,
    );
    const answer = await within(STORE_ANSWERS_WITHIN_MS, said, undefined);
    return answer === undefined ? proven.recall(credential.text) : answer.token;
  };

  return { find, findOrRecall };
}

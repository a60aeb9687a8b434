import type { IncomingMessage } from 'node:http';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { asksTokens } from '../../domain/schemas/callers.ts';
import type { Settings } from '../../domain/schemas/settings.ts';
import { phrase } from '../../domain/text/text.ts';
import type { AccessToken } from '../../store/callers/contract.ts';
import type { Store } from '../../store/store.ts';
import { noteOperation } from '../http/operations-log.ts';
import type { Caller } from './caller.ts';
import { clientAddress } from './client-address.ts';
import { type Credential, credentialOf, isSecureFor } from './credential.ts';
import { createFailureLimit } from './failure-limit.ts';

type Sender = Pick<IncomingMessage, 'headers' | 'socket'>;

export interface Callers {
  /** Throws `Unauthorized`, or `TooManyRequests` after many wrong tokens. */
  identify(request: Sender): Promise<Caller>;
  /** Undefined where `identify` would throw; has nobody wait and counts nothing. */
  look(request: Sender): Promise<Caller | undefined>;
  /** The token of a credential; throws as `identify` does. */
  prove(credential: Credential | undefined, request: Sender): Promise<AccessToken>;
  /** Where a request comes from. */
  addressOf(request: Sender): string;
}

interface Parts {
  readonly settings: Settings;
  readonly store: Pick<Store, 'tokens' | 'sessions' | 'log'>;
  readonly clock: () => number;
}

const LOOPBACK: Caller = { name: 'loopback', scope: 'admin', expiresAt: undefined };
const ANYBODY: Caller = { name: 'anybody', scope: 'admin', expiresAt: undefined };

/** Identifies callers as DEPLOYMENT_ENGINE_AUTH says. Keeps no tokens in memory, so that revoking a token works at once. */
export function createCallers({ settings, store, clock }: Parts): Callers {
  const limit = createFailureLimit(clock);
  const unasked = asksTokens(settings) ? undefined : settings.auth === 'none-i-know' ? ANYBODY : LOOPBACK;
  const isSecure = isSecureFor(settings);
  const addressOf = (request: Sender): string => clientAddress(request, settings);

  const find = ({ kind, text }: Credential): Promise<AccessToken | undefined> =>
    (kind === 'token' ? store.tokens : store.sessions).find(text);

  // Sessions are not limited: browsers go on sending one that is over, with every part of a page, for people who share an address.
  const prove: Callers['prove'] = async (credential, request) => {
    if (credential === undefined) throw unauthorized();
    const address = addressOf(request);
    const isLimited = credential.kind === 'token';
    if (isLimited) limit.assertFree(address);
    const token = await find(credential);
    if (token !== undefined) return token;
    if (isLimited && limit.count(address, credential.text))
      await noteOperation(store, phrase('many wrong tokens from {address}: refused for a minute', { address }));
    throw unauthorized();
  };

  return {
    prove,
    addressOf,
    async identify(request) {
      return unasked ?? callerWith(await prove(credentialOf(request.headers, isSecure), request));
    },
    async look({ headers }) {
      if (unasked !== undefined) return unasked;
      const credential = credentialOf(headers, isSecure);
      const token = credential === undefined ? undefined : await find(credential);
      return token === undefined ? undefined : callerWith(token);
    },
  };
}

export const callerWith = ({ id, name, scope, expiresAt }: AccessToken): Caller => ({
  name: `${name} (${id})`,
  scope,
  expiresAt,
});

// The same answer for a missing, unknown, expired or revoked token.
const unauthorized = (): DeploymentEngineError =>
  new DeploymentEngineError(
    'Unauthorized',
    'this engine asks for a token that is in force: send it as Authorization: Bearer; on the control machine `./DeploymentEngineServer token create` makes one',
  );

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
import { createFinds, type FindToken } from './find-token.ts';

type Sender = Pick<IncomingMessage, 'headers' | 'socket'>;

interface Identification {
  /** Throws `Unauthorized`, or `TooManyRequests` after many wrong tokens. */
  identify(request: Sender): Promise<Caller>;
  /** Undefined where `identify` would throw; has nobody wait and counts nothing. */
  look(request: Sender): Promise<Caller | undefined>;
}

export interface Callers extends Identification {
  /** For what only tells how the engine is: while the store does not answer, a token is right that was so when it last did. */
  readonly watching: Identification;
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

/** Identifies callers as DEPLOYMENT_ENGINE_AUTH says. Asks the store each time, so that revoking a token works at once. */
export function createCallers({ settings, store, clock }: Parts): Callers {
  const limit = createFailureLimit(clock);
  const unasked = asksTokens(settings) ? undefined : settings.auth === 'none-i-know' ? ANYBODY : LOOPBACK;
  const isSecure = isSecureFor(settings);
  const addressOf = (request: Sender): string => clientAddress(request, settings);
  const { find, findOrRecall } = createFinds(store, clock);

  // Sessions are not limited: browsers go on sending one that is over, with every part of a page, for people who share an address.
  const prove = async (found: FindToken, credential: Credential | undefined, request: Sender): Promise<AccessToken> => {
    if (credential === undefined) throw unauthorized();
    const address = addressOf(request);
    const isLimited = credential.kind === 'token';
    if (isLimited) limit.assertFree(address);
    const token = await found(credential);
    if (token !== undefined) return token;
    if (isLimited && limit.count(address, credential.text))
      await noteOperation(store, phrase('many wrong tokens from {address}: refused for a minute', { address }));
    throw unauthorized();
  };

  const identifiedBy = (found: FindToken): Identification => ({
    async identify(request) {
      return unasked ?? callerWith(await prove(found, credentialOf(request.headers, isSecure), request));
    },
    async look({ headers }) {
      if (unasked !== undefined) return unasked;
      const credential = credentialOf(headers, isSecure);
      const token = credential === undefined ? undefined : await found(credential);
      return token === undefined ? undefined : callerWith(token);
    },
  });

  return {
    ...identifiedBy(find),
    watching: identifiedBy(findOrRecall),
    prove: (credential, request) => prove(find, credential, request),
    addressOf,
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

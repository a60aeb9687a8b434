import type { Response } from 'express';
import type { Scope } from '../../domain/access/scopes.ts';

/** The sender of a request, as far as the engine knows. */
export interface Caller {
  /** The name in local.log: a token's name and id; `loopback` or `anybody` where no token is needed. */
  readonly name: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch; undefined = never. */
  readonly expiresAt: number | undefined;
}

/** The caller that the gate has let in. */
export const callerOf = ({ locals }: Pick<Response, 'locals'>): Caller | undefined =>
  (locals as { caller?: Caller }).caller;

/** For notes: `ana (1a2b3c4d)`. */
export const callerName = (response: Pick<Response, 'locals'>): string => callerOf(response)?.name ?? 'nobody known';

export const rememberCaller = ({ locals }: Response, caller: Caller): void => {
  locals['caller'] = caller;
};

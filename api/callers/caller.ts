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
export const callerOf = ({ locals }: Response): Caller | undefined => (locals as { caller?: Caller }).caller;

export const rememberCaller = ({ locals }: Response, caller: Caller): void => {
  locals['caller'] = caller;
};

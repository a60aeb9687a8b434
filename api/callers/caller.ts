import type { Response } from 'express';
import type { Scope } from '../../domain/access/scopes.ts';

/** Whoever has sent a request, as the engine knows them. */
export interface Caller {
  /** As local.log has it: a token's name and id; `loopback`, or `anybody`, where nobody is asked. */
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

import type { Login, LoginAs } from './login.ts';
import type { OnWait } from './password-tries.ts';

/** Rules for logging in: passwords may be refused, and callers go away. */
export interface Care {
  /** Called when a password has to wait because two were wrong within a minute. */
  readonly onWait?: OnWait | undefined;
  /** Passwords refused at this time or later are not shown again; milliseconds since the epoch, default now. */
  readonly since?: number | undefined;
  /** Aborted = nobody waits any more: no further login is tried. */
  readonly signal?: AbortSignal | undefined;
  /** A root shell that waits will do for `anyone` too. Default: logs in anew, to find out who still can. */
  readonly mayContinue?: boolean | undefined;
}

export interface Entering extends Care {
  readonly login: Login;
  readonly as: LoginAs;
}

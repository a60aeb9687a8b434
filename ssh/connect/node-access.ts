import type { Admission } from './admission.ts';
import type { Account } from './become-root.ts';
import type { KeptShells } from './kept-shells.ts';
import type { RemoteProcess } from './remote-process.ts';

/** A login on a node: an account, and processes started as it. */
export interface Session {
  readonly account: Account;
  /** Shells that stay open for the next program; undefined = a shell for each program. */
  readonly shells?: KeptShells | undefined;
  /** A lasting process keeps nobody waiting, and does not keep the connection open. */
  execute(commandLine: string, options?: { readonly isLasting?: boolean }): Promise<RemoteProcess>;
}

/** A node as the commands of this folder see it. */
export interface NodeAccess {
  readonly address: string;
  /** Where the runner lives on the node. */
  readonly directory: string;
  /** What a node keeps of the machine of the engine that claims it, and of each run that works there. Default: nothing. */
  readonly controller?: object | undefined;
  /**
   * Starts something as root, with one account and password after the other until the node accepts one; throws
   * `AuthenticationFailed` when it accepts none. Connects again when the last connection was lost.
   */
  enter<T>(begin: (session: Session) => Promise<Admission<T>>, signal?: AbortSignal): Promise<T>;
  /** How long start-up files and sudo may take, in milliseconds. Default: 40,000. */
  readonly entryMs?: number | undefined;
  expectOwnPassword(): void;
  /** Hides secrets in what the node says; to be called before that becomes part of a message. */
  mask(text: string): Promise<string>;
}

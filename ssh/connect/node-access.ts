import type { Admission } from './admission.ts';
import type { Account } from './become-root.ts';
import type { KeptShells } from './kept-shells.ts';
import type { RemoteProcess } from './remote-process.ts';

/** A way into a node: an account, and processes started as it. */
export interface Session {
  readonly account: Account;
  /** Where shells stay open for the next program; undefined = each program has its own. */
  readonly shells?: KeptShells | undefined;
  /** One that lasts keeps nobody else waiting, and the connection from nothing. */
  execute(commandLine: string, options?: { readonly isLasting?: boolean }): Promise<RemoteProcess>;
}

/** A node as the commands of this folder see it. */
export interface NodeAccess {
  readonly address: string;
  /** Where the runner lives on the node. */
  readonly directory: string;
  /**
   * Begins something as root, with one account and password after the other until the node admits it; throws
   * `AuthenticationFailed` when it admits none. Connects again when the last connection was lost.
   */
  enter<T>(begin: (session: Session) => Promise<Admission<T>>, signal?: AbortSignal): Promise<T>;
  /** How long start-up files and sudo may take, in milliseconds. Default: 40,000. */
  readonly entryMs?: number | undefined;
  expectOwnPassword(): void;
  /** The node's words as they may be shown: to be asked before they become part of a message. */
  mask(text: string): Promise<string>;
}

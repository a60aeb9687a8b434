import type { Account } from './entrance.ts';
import type { RemoteProcess } from './remote-process.ts';

/** A way into a node: an account, and processes started as it. */
export interface Way {
  readonly account: Account;
  execute(commandLine: string): Promise<RemoteProcess>;
}

/** A node as the commands of this folder see it. */
export interface NodeAccess {
  readonly address: string;
  /** Where the runner lives on the node. */
  readonly directory: string;
  /** An open way in; connects again when the last one was lost. */
  enter(): Promise<Way>;
}

import type { Readable, Writable } from 'node:stream';

/** How a remote process ended; neither code nor signal means that the connection was lost first. */
export interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/** One process on a node. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<Ending>;
  /** Closes it: nothing more will be read. */
  close(): void;
}

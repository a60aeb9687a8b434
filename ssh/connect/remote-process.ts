import type { Readable, Writable } from 'node:stream';

/** How a remote process ended; neither code nor signal means that the connection was lost before it was known. */
export interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/** One process on a node, over whatever transport. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<Ending>;
  /** Lets go of it: nothing more will be read. */
  close(): void;
}

import type { Writable } from 'node:stream';
import type { Ending } from '../connect/remote-process.ts';

export interface ProgramEnd extends Ending {
  /** Standard error, its last 256 KiB. */
  readonly stderr: string;
}

/** A program at work on a node. */
export interface RunningProgram {
  /** Standard output, byte exact; throws the reason when the program was let go before its end. */
  readonly output: AsyncIterable<Buffer>;
  /** To be awaited after the output; throws when the program was not let in, or the connection was lost. */
  end(): Promise<ProgramEnd>;
  /** What is written here the program can read, where it keeps its input. */
  readonly input: Writable;
  /** Lets go of the program. */
  close(): void;
}

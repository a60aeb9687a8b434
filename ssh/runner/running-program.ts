import type { Writable } from 'node:stream';
import type { Ending } from '../connect/remote-process.ts';

export interface ProgramEnd extends Ending {
  /** Standard error, its last 256 KiB. */
  readonly stderr: string;
}

/** A program that runs on a node. */
export interface RunningProgram {
  /** Standard output, byte for byte; throws the reason when the program was closed before its end. */
  readonly output: AsyncIterable<Buffer>;
  /** To be awaited after the output; throws when the login failed or the connection was lost. */
  end(): Promise<ProgramEnd>;
  /** The program's input, when it keeps it. */
  readonly input: Writable;
  /** Closes the program. */
  close(): void;
}

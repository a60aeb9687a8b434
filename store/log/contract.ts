import type { LogLine, NewLogLine } from '../../domain/run/log.ts';
import type { Secret } from '../../domain/secret.ts';

/** Every append throws `RunNotFound`, or `RunEnded` once the run has its outcome: nothing follows a run's last line. */
export interface RunLog {
  readonly news: LogNews;
  /** Appends engine lines in one transaction; see `appendAll`. */
  append(run: number, lines: readonly NewLogLine[], id?: string): Promise<void>;
  /**
   * Appends batches in one transaction. Masks the secrets known to the store and strips control characters. A text of several
   * lines becomes one line; one of more than 8 KiB is cut into pieces, of which all but the last end in ` [cut]` and all but the
   * first begin with `... `.
   */
  appendAll(run: number, batches: readonly LineBatch[]): Promise<void>;
  /**
   * Appends the complete lines of a chunk of output, masked and stripped; an incomplete last line is kept with the offset until
   * the rest comes. Bytes below the stored offset add nothing; a chunk that begins above it is ignored. Returns the offset to
   * continue from.
   */
  appendOutput(
    run: number,
    source: OutputSource,
    chunk: Uint8Array,
    as: Omit<NewLogLine, 'line' | 'level'>,
  ): Promise<number>;
  /** Offset of the first byte of a remote command's output that is not stored yet. */
  offset(run: number, key: string): Promise<number>;
  /** Lines with seq > from, in order. */
  read(run: number, options: { from: number; limit: number; stream?: string }): Promise<readonly LogLine[]>;
  /** How many lines this process has stored, of commands' output too; not the last ones of runs. */
  written(): number;
  /** Number of the run's newest line; 0 before the first. */
  last(run: number): Promise<number>;
  /** Number of the oldest line that is still there; undefined if there is none. */
  first(run: number): Promise<number | undefined>;
  /**
   * Removes lines from before a time, except the newest run's and every other run's last one; returns how many. What is missing
   * of a run is always its beginning.
   */
  forget(before: number): Promise<number>;
  /** Number of the run's last line once it has ended; undefined while lines may come. */
  end(run: number): Promise<number | undefined>;
  /**
   * Lines of streams over all runs, oldest first (an instance's lines include its node's). Earlier pages never change.
   * `last`: up to this line of an extent.
   */
  file(
    streams: readonly string[],
    options: { after?: { run: number; seq: number }; last?: number; limit: number },
  ): Promise<readonly LogLine[]>;
  /** The lines that streams have now, over all runs. */
  extent(streams: readonly string[]): Promise<LogExtent>;
  /** Masks a text from outside. */
  mask(text: string): Promise<string>;
  /** Masks the texts for people in the engine's own plain data; ids and addresses stay. */
  maskOwn<Value>(value: Value): Promise<Value>;
  /** From now on these values are masked too, in every process that opens the store. */
  learnSecrets(secrets: readonly Secret[]): Promise<void>;
}

/** Tells when lines may have come, whichever process stored them. */
export interface LogNews {
  /** Grows whenever lines may have come. */
  seen(): number;
  /** Waits until there is more than was `seen`; where nobody tells, `pollMs`. */
  after(seen: number, pollMs: number): Promise<void>;
}

/** Lines that belong together. */
export interface LineBatch {
  readonly lines: readonly NewLogLine[];
  /** Names the batch within its run; a repeated id adds nothing. */
  readonly id?: string;
}

/** Which bytes of which command's output a chunk is; the store keeps the offset with the lines. */
export interface OutputSource {
  /** Names one start of a remote command. */
  readonly key: string;
  /** Offset of the chunk's first byte. */
  readonly start: number;
  /** Offset of the first byte after the chunk. */
  readonly end: number;
  /** The output ends at `end`: an incomplete last line is stored too. */
  readonly last?: boolean;
}

/** Ids of the first and the last of some lines; ids grow with every line. Both are 0 if there is none. */
export interface LogExtent {
  readonly first: number;
  readonly last: number;
}

/** Copies of logs from nodes, on their way from a worker to a reader: encrypted, and removed after ten minutes. */
export interface LogCopies {
  /**
   * Keeps a text as the log keeps output: masked, without control characters, long lines cut. All of it or nothing; a copy that
   * is there already stays as it is.
   */
  keep(id: string, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Size of the copy in bytes; undefined if there is none. */
  size(id: string): Promise<number | undefined>;
  read(id: string, range?: ByteRange): AsyncGenerator<Buffer>;
  /** Removes expired copies. */
  sweep(): Promise<void>;
}

/** Both included, from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

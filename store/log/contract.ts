import type { LogLine, NewLogLine } from '../../domain/run/log.ts';
import type { Secret } from '../../domain/secret.ts';

/** Every append throws `RunNotFound`, or `RunEnded` once the run has its outcome: nothing follows a run's last line. */
export interface RunLog {
  /** Appends engine lines in one transaction; see `appendAll`. */
  append(run: number, lines: readonly NewLogLine[], id?: string): Promise<void>;
  /**
   * Appends batches in one transaction. Secrets known to the store are masked, control characters stripped; a text of several
   * lines becomes one, and one of more than 8 KiB pieces that end in ` [cut]` and go on with `... `.
   */
  appendAll(run: number, batches: readonly LineBatch[]): Promise<void>;
  /**
   * Appends the complete lines of a chunk of output, treated as `appendAll` does; the bytes of an incomplete last line stay
   * pending with the offset. Bytes below the stored offset are known already and add nothing, a chunk that begins above it is
   * refused. Returns the offset to go on from.
   */
  appendOutput(
    run: number,
    source: OutputSource,
    chunk: Uint8Array,
    as: Omit<NewLogLine, 'line' | 'level'>,
  ): Promise<number>;
  /** First byte of a remote command's output that is not stored yet. */
  offset(run: number, key: string): Promise<number>;
  /** Lines with seq > from, in order. */
  read(run: number, options: { from: number; limit: number; stream?: string }): Promise<readonly LogLine[]>;
  /** Highest number of the run, 0 before the first line. */
  last(run: number): Promise<number>;
  /** Number of the first line that is still there; undefined where there is none. */
  first(run: number): Promise<number | undefined>;
  /**
   * Removes what is from before a time, except the newest run and the last line of every other; gives the number of lines.
   * What is gone of a run is always its beginning.
   */
  forget(before: number): Promise<number>;
  /** Number of the run's last line once it has ended; undefined while lines may come. */
  end(run: number): Promise<number | undefined>;
  /**
   * Lines of streams over all runs, oldest first (an instance's lines include its node's); a later page never changes an
   * earlier. `last`: none beyond this line of an extent.
   */
  file(
    streams: readonly string[],
    options: { after?: { run: number; seq: number }; last?: number; limit: number },
  ): Promise<readonly LogLine[]>;
  /** Which lines streams have over all runs now. */
  extent(streams: readonly string[]): Promise<LogExtent>;
  /** What came from outside as it may be shown. */
  mask(text: string): Promise<string>;
  /** Plain data of the engine's own as it may be shown: what its texts for people quote is masked, ids and addresses stay. */
  maskOwn<Value>(value: Value): Promise<Value>;
  /** Makes further values masked from now on, in every process that opens the store. */
  learnSecrets(secrets: readonly Secret[]): Promise<void>;
}

/** Lines that belong together. */
export interface LineBatch {
  readonly lines: readonly NewLogLine[];
  /** Names the batch ((node, step, round, attempt, ordinal)); a repeated id adds nothing. */
  readonly id?: string;
}

/** Where the bytes of a remote command's output came from; the store keeps the offset with the lines. */
export interface OutputSource {
  /** Names one start of a remote command. */
  readonly key: string;
  /** Offset of the chunk's first byte. */
  readonly start: number;
  /** Offset of the first byte after the chunk. */
  readonly end: number;
  /** The command has ended at `end`: an incomplete last line is stored too. */
  readonly last?: boolean;
}

/** Names the first and the last of some lines; they grow with every line, and are 0 where there is none. */
export interface LogExtent {
  readonly first: number;
  readonly last: number;
}

/** Copies of logs that nodes hold, on their way from a worker to a reader: sealed, and gone ten minutes later. */
export interface LogCopies {
  /** Takes a text over as the log takes output: masked, without control characters, long lines in pieces. */
  keep(id: string, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Bytes of the copy; undefined when there is none, none any more, or not all of it yet. */
  size(id: string): Promise<number | undefined>;
  read(id: string, range?: ByteRange): AsyncGenerator<Buffer>;
  /** Removes those that are too old to be read. */
  sweep(): Promise<void>;
}

/** Both included, from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

import type { LogLine } from '../../domain/run/log.ts';
import { LiveTail, PAGE, type ReadableLog } from './live-tail.ts';

/** The tails of a process; all readers of a run share one. */
export interface LiveTails {
  join(run: number): Promise<LiveTail>;
  leave(run: number, tail: LiveTail): void;
}

/** `pollMs`: interval between looks for new lines; default 100. */
export function createLiveTails(log: ReadableLog, { pollMs = 100 }: { pollMs?: number } = {}): LiveTails {
  const tails = new Map<number, LiveTail>();

  const leave = (run: number, tail: LiveTail): void => {
    tail.leave();
    if (tail.readers === 0 && tails.get(run) === tail) tails.delete(run);
  };

  return {
    async join(run) {
      const tail = working(tails.get(run)) ?? new LiveTail(log, { run, pollMs });
      tails.set(run, tail);
      try {
        await tail.join();
        return tail;
      } catch (error) {
        leave(run, tail);
        throw error;
      }
    },
    leave,
  };
}

const working = (tail: LiveTail | undefined): LiveTail | undefined => (tail?.hasFailed === true ? undefined : tail);

export interface FollowOptions {
  readonly run: number;
  /** Lines with higher numbers are read. */
  readonly from: number;
  readonly stream?: string | undefined;
  /** Ends the reading, without an error. */
  readonly signal: AbortSignal;
  /** `end`: stop after the run's last line. Default: only the signal ends it. */
  readonly until?: 'end' | undefined;
  /** Shared by the readers of this process. Default: a tail for this reader alone. */
  readonly live?: LiveTails;
  /** Milliseconds; default 100; only without `live`. */
  readonly pollMs?: number;
}

/** Lines in order, each once, as they come. A slow reader is served from the store and delays nobody. */
export async function* followLog(log: ReadableLog, options: FollowOptions): AsyncGenerator<readonly LogLine[], void> {
  const { run, stream, signal, until, pollMs = 100, live = createLiveTails(log, { pollMs }) } = options;
  const tail = await live.join(run);
  let position = options.from;
  try {
    while (!signal.aborted) {
      const { lines, next } = await pageAfter(log, tail, { run, position, stream });
      position = next;
      if (lines.length > 0) yield lines;
      if (until === 'end' && tail.isAtEnd(position)) return;
      await tail.newsBeyond(position, signal);
    }
  } finally {
    live.leave(run, tail);
  }
}

interface Place {
  readonly run: number;
  readonly position: number;
  readonly stream: string | undefined;
}

async function pageAfter(
  log: ReadableLog,
  tail: LiveTail,
  { run, position, stream }: Place,
): Promise<{ lines: readonly LogLine[]; next: number }> {
  const recent = tail.after(position);
  if (recent !== undefined) {
    const lines = stream === undefined ? recent : recent.filter((line) => line.stream === stream);
    return { lines, next: recent.at(-1)?.seq ?? position };
  }
  // Everything up to here is committed, so a page that is not full holds all of it.
  const committed = tail.last;
  const lines = await log.read(run, { from: position, limit: PAGE, ...(stream === undefined ? {} : { stream }) });
  const lastSeq = lines.at(-1)?.seq ?? position;
  return { lines, next: lines.length === PAGE ? lastSeq : Math.max(lastSeq, committed) };
}

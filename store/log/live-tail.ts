import type { LogLine } from '../../domain/run/log.ts';
import type { RunLog } from './contract.ts';

export type ReadableLog = Pick<RunLog, 'read' | 'last' | 'end' | 'news'>;

/** Lines per read, for the tail and for readers that are behind. */
export const PAGE = 1_000;
// Kept for readers that are a little behind.
const KEPT_PAGES = 4;

interface TailOptions {
  readonly run: number;
  readonly pollMs: number;
}

/** The newest lines of one run, polled once for any number of readers. */
export class LiveTail {
  readonly #log: ReadableLog;
  readonly #run: number;
  readonly #pollMs: number;
  readonly #waiting = new Set<() => void>();
  #readers = 0;
  #lines: LogLine[] = [];
  #last = 0;
  #end: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #opened: Promise<void> | undefined;

  constructor(log: ReadableLog, { run, pollMs }: TailOptions) {
    this.#log = log;
    this.#run = run;
    this.#pollMs = pollMs;
  }

  /** Highest number polled. */
  get last(): number {
    return this.#last;
  }

  get readers(): number {
    return this.#readers;
  }

  /** It polls no more, and a reader that has not asked since keeps it from being left. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** True when the run has ended and `position` is its last line or beyond. */
  isAtEnd(position: number): boolean {
    return this.#end !== undefined && position >= this.#end;
  }

  /** Starts at the run's newest line; older ones are read from the store. */
  async join(): Promise<void> {
    this.#readers += 1;
    this.#opened ??= this.#open();
    await this.#opened;
  }

  leave(): void {
    this.#readers -= 1;
  }

  /** At most a page of the lines above `position`; undefined for a reader that is too far behind. */
  after(position: number): readonly LogLine[] | undefined {
    if (position >= this.#last) return [];
    const start = position - (this.#last - this.#lines.length);
    return start < 0 ? undefined : this.#lines.slice(start, start + PAGE);
  }

  /** Waits for lines beyond `position`, the end of the run, or the signal. Throws what made polling fail. */
  async newsBeyond(position: number, signal: AbortSignal): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (position < this.#last || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async #open(): Promise<void> {
    this.#last = await this.#log.last(this.#run);
    this.#end = await this.#log.end(this.#run);
    void this.#poll();
  }

  async #poll(): Promise<void> {
    try {
      while (this.#readers > 0 && !this.isAtEnd(this.#last)) await this.#look();
    } catch (error) {
      this.#failure = { error };
    }
    this.#wake();
  }

  async #look(): Promise<void> {
    const seen = this.#log.news.seen();
    // Asked before reading: if the run has ended by now, the pages read from here on hold all its lines.
    const end = await this.#log.end(this.#run);
    const page = await this.#log.read(this.#run, { from: this.#last, limit: PAGE });
    this.#keep(page);
    this.#end = end;
    if (page.length > 0 || end !== undefined) this.#wake();
    if (page.length === PAGE || this.isAtEnd(this.#last)) return;
    await this.#log.news.after(seen, this.#pollMs);
  }

  #keep(page: readonly LogLine[]): void {
    this.#last = page.at(-1)?.seq ?? this.#last;
    this.#lines.push(...page);
    if (this.#lines.length > 2 * KEPT_PAGES * PAGE) this.#lines = this.#lines.slice(-KEPT_PAGES * PAGE);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

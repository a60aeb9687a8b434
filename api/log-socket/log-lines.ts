import type { LogGap, LogLine } from '../../domain/run/log.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { currentRun } from '../temporal/settle-run.ts';
import type { LogRequest } from './log-request.ts';
import type { RunWatch } from './run-watch.ts';

// What somebody who comes between two runs is shown of the last one.
const LAST_LINES = 1000;

interface LogSource extends Pick<ApiDependencies, 'cluster' | 'followRun'> {
  readonly store: Pick<Store, 'log' | 'runs'>;
  readonly runWatch: RunWatch;
}

/** What a reader is sent at once. */
export type LogPage = { readonly lines: readonly LogLine[] } | { readonly gap: LogGap };

/** The lines of one run: from a number on, live, until its end or the reader's. What is gone of them is said first. */
export async function* linesOfRun(
  { followRun, store }: Pick<LogSource, 'followRun' | 'store'>,
  run: number,
  { from = 0, stream, until }: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogPage> {
  const first = (await store.log.first(run)) ?? 0;
  if (first > from + 1) yield { gap: { run, from: from + 1, to: first - 1 } };
  const options = { run, from, untilEnd: until === 'end', signal, ...(stream === undefined ? {} : { stream }) };
  for await (const lines of followRun(options)) yield { lines };
}

/**
 * What a reader gets who names no run: the current run from its first line, or the last lines of the last run;
 * then every run that follows, live.
 */
export async function* linesOfRuns(
  source: LogSource,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogPage> {
  const { store, runWatch } = source;
  const newest = await runWatch.newest();
  const isRunning = (await currentRun(source))?.number === newest;
  let from = request.from ?? (isRunning ? 0 : Math.max(0, (await store.log.last(newest)) - LAST_LINES));
  let run = newest === 0 ? await runWatch.after(0, signal) : newest;
  for (;;) {
    yield* linesOfRun(source, run, { ...request, from, until: 'end' }, signal);
    if (request.until === 'end' || signal.aborted) return;
    run = await runWatch.after(run, signal);
    from = 0;
  }
}

import type { LogGap, LogLine } from '../../domain/run/log.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { currentRun } from '../temporal/settle-run.ts';
import type { LogRequest } from './log-request.ts';
import type { RunWatch } from './run-watch.ts';

// How much of the last run a reader gets who connects between two runs.
const LAST_LINES = 1000;

interface LogSource extends Pick<ApiDependencies, 'cluster' | 'followRun'> {
  readonly store: Pick<Store, 'claims' | 'log' | 'runs'>;
  readonly runWatch: RunWatch;
}

/** Lines that are sent together. */
export type LogPage = { readonly lines: readonly LogLine[] } | { readonly gap: LogGap };

/** The lines of one run from a number on, live, until the run or the reader ends. Begins with a gap where lines are gone. */
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
 * For readers who name no run: the current run from its first line, or the last lines of the last run; then every run that
 * follows, live.
 */
export async function* linesOfRuns(
  source: LogSource,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogPage> {
  const { store, runWatch } = source;
  const newest = await runWatch.newest();
  const isRunning = (await currentRun(source))?.number === newest;
  let from = request.from ?? (isRunning || newest === 0 ? 0 : Math.max(0, (await store.log.last(newest)) - LAST_LINES));
  let run = newest === 0 ? await runWatch.after(0, signal) : newest;
  for (;;) {
    yield* linesOfRun(source, run, { ...request, from, until: 'end' }, signal);
    if (request.until === 'end' || signal.aborted) return;
    run = await runWatch.after(run, signal);
    from = 0;
  }
}

import type { RunView } from '../sample/demo/engine-client.ts';

/** One node's `compilePackages` in one run. */
export interface CompileTime {
  readonly run: number;
  readonly address: string;
  readonly durationMs: number;
  /** Bytes sent, as the log says; undefined when it says nothing. */
  readonly sent: string | undefined;
}

/** The nodes of a run that compiled or unpacked packages. */
export const compileTimesOf = ({ run, nodes }: Pick<RunView, 'run' | 'nodes'>): CompileTime[] =>
  nodes.flatMap(({ address, steps }) =>
    steps
      .filter(({ step, state }) => step === 'compilePackages' && state === 'done')
      .map(({ durationMs, reasons }) => {
        return { run, address, durationMs, sent: reasons.find((reason) => reason.startsWith('transferred ')) };
      }),
  );

/**
 * The slowest node of the first run, where all wait for the one that compiles, beside each node added in a later run: a line
 * each, with its share of the first one's time.
 */
export function compareCompileTimes(times: readonly CompileTime[]): string[] {
  const firstRun = Math.min(...times.map(({ run }) => run));
  const [builder, ...waiting] = times
    .filter(({ run }) => run === firstRun)
    .toSorted((a, b) => b.durationMs - a.durationMs);
  const known = new Set([builder, ...waiting].map((each) => each?.address));
  const later = times.filter(({ run, address }) => run > firstRun && !known.has(address));
  if (builder === undefined || later.length === 0)
    return ['compilePackages: needs a run that compiled and a later one that added a node'];
  return [builder, ...later].map((each) => {
    const share = ((100 * each.durationMs) / builder.durationMs).toFixed(1).padStart(5);
    const where = `run ${each.run}  ${each.address}`.padEnd(24);
    return `compilePackages ${where} ${String(each.durationMs).padStart(8)} ms ${share} %  ${each.sent ?? ''}`.trimEnd();
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient, RunView } from './engine-client.ts';
import { liveLines, longLines, summary } from './live-lines.ts';

const LOOK_MS = 300;
/** Without a terminal, something is said after this time, and long work is reported again. */
const SAY_EVERY_MS = 15_000;

interface Following {
  readonly begun: number;
  readonly output: NodeJS.WriteStream;
  /** Default: 15 s. */
  readonly sayEveryMs?: number;
}

/** Prints what happens on every node and instance until the run has ended or waits for an operator. */
export async function followRun(
  client: EngineClient,
  number: number,
  { begun, output, sayEveryMs = SAY_EVERY_MS }: Following,
): Promise<RunView> {
  const printed = new Map<string, string>();
  const status = createLiveBlock(output);
  let said = Date.now();
  for (;;) {
    // The gateway may be restarting; the run goes on meanwhile.
    const view = await client.run(number).catch(() => undefined);
    if (!output.isTTY && Date.now() - said >= sayEveryMs) {
      said = Date.now();
      const lines =
        view === undefined ? ['the API does not answer'] : [...longLines(view, SAY_EVERY_MS), summary(view)];
      for (const line of lines) status.print(`${elapsed(begun)}  ${line}`);
    }
    if (view !== undefined) {
      for (const line of news(view, printed)) status.print(`${elapsed(begun)}  ${line}`);
      if (output.isTTY) status.show([...liveLines(view), `${elapsed(begun)}  ${summary(view)}`]);
      if (view.outcome !== null || view.state === 'parked') {
        status.clear();
        return view;
      }
    }
    await wait(LOOK_MS);
  }
}

function news(view: RunView, printed: Map<string, string>): string[] {
  const targets = [
    ...view.nodes.map(({ address, steps }) => ({ target: address, steps })),
    ...view.instances.map(({ id, steps }) => ({ target: id, steps })),
  ];
  return targets.flatMap(({ target, steps }) =>
    steps.flatMap(({ step, round, state, durationMs, error }) => {
      const key = `${target} ${step} ${round}`;
      if (printed.get(key) === state || state === 'unchanged') return [];
      printed.set(key, state);
      const text =
        state === 'running' ? 'started' : state === 'done' ? `done in ${(durationMs / 1000).toFixed(1)} s` : state;
      return [
        `${target.padEnd(22)} ${step.padEnd(24)} ${text}${error === null ? '' : `: ${error.code} ${error.message}`}`,
      ];
    }),
  );
}

export const elapsed = (since: number): string => {
  const seconds = (Date.now() - since) / 1000;
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
};

/** The last lines of a terminal, rewritten in place; nothing where there is no terminal. */
function createLiveBlock(output: NodeJS.WriteStream) {
  let shown = 0;
  const clear = (): void => {
    if (!output.isTTY) return;
    output.write(`\r\u001b[K${'\u001b[1A\u001b[K'.repeat(Math.max(0, shown - 1))}`);
    shown = 0;
  };
  return {
    clear,
    print: (line: string): void => {
      clear();
      output.write(`${line}\n`);
    },
    show: (lines: readonly string[]): void => {
      clear();
      const fitting = lines.slice(-Math.max(1, output.rows - 1));
      output.write(fitting.map((line) => line.slice(0, output.columns - 1)).join('\n'));
      shown = fitting.length;
    },
  };
}

import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient, RunView } from './engine-client.ts';

const LOOK_MS = 300;

/** Prints what happens on every node and instance until the run has ended or waits for an operator. */
export async function followRun(
  client: EngineClient,
  number: number,
  { begun, output }: { readonly begun: number; readonly output: NodeJS.WriteStream },
): Promise<RunView> {
  const printed = new Map<string, string>();
  const status = createStatusLine(output);
  for (;;) {
    // The gateway may be restarting; the run goes on meanwhile.
    const view = await client.run(number).catch(() => undefined);
    if (view !== undefined) {
      for (const line of news(view, printed)) status.print(`${elapsed(begun)}  ${line}`);
      status.show(`${elapsed(begun)}  ${summary(view)}`);
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

function summary({ nodes, instances, state }: RunView): string {
  const prepared = nodes.filter(({ planned, steps }) => steps.filter(isOver).length >= planned.length).length;
  const running = instances.filter(({ steps }) => steps.some((each) => each.step === 'start' && isOver(each))).length;
  return `${state}: ${prepared} of ${nodes.length} nodes prepared, ${running} of ${instances.length} instances running`;
}

const isOver = ({ state }: { readonly state: string }): boolean =>
  state === 'done' || state === 'unchanged' || state === 'skipped';

export const elapsed = (since: number): string => {
  const seconds = (Date.now() - since) / 1000;
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
};

/** The last line of a terminal, rewritten in place; nothing where there is no terminal. */
function createStatusLine(output: NodeJS.WriteStream) {
  const clear = (): void => void (output.isTTY && output.write('\r\u001b[K'));
  return {
    clear,
    print: (line: string): void => {
      clear();
      output.write(`${line}\n`);
    },
    show: (line: string): void => {
      if (!output.isTTY) return;
      clear();
      output.write(line.slice(0, output.columns - 1));
    },
  };
}

import { durationText } from '../../domain/run/step-work.ts';
import type { RunView } from './engine-client.ts';

type StepView = RunView['nodes'][number]['steps'][number];

interface AtWork {
  readonly address: string;
  readonly target: string;
  readonly step: StepView;
}

/** One line per node at work: what it does, for how long, and how long that usually takes. */
export function liveLines(view: RunView): string[] {
  const byNode = Map.groupBy(atWork(view), ({ address }) => address);
  const first = [...byNode].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return first.flatMap(([, [work]]) =>
    work === undefined ? [] : `${work.target} ${work.step.step}: ${wordsOf(work)}`,
  );
}

/** For targets at work for at least so long; those waiting for a builder are counted in the summary. */
export const longLines = (view: RunView, longMs: number): string[] =>
  atWork(view)
    .filter(({ step: { progress } }) => progress !== null && progress.waitsFor === null && progress.forMs >= longMs)
    .map(lineOf);

/** Progress of the run and the time left. */
export function summary(view: RunView): string {
  const { nodes, instances, state, progress } = view;
  const prepared = nodes.filter(({ planned, steps }) => steps.filter(isOver).length >= planned.length).length;
  const running = instances.filter(({ steps }) => steps.some((each) => each.step === 'start' && isOver(each))).length;
  const waiting = atWork(view).filter(({ step }) => (step.progress?.waitsFor ?? null) !== null).length;
  const left = progress?.remainingMs == null ? '' : `, about ${durationText(progress.remainingMs)} left`;
  if (nodes.length + instances.length === 0) return `${state}${left}`;
  const done = `${prepared} of ${nodes.length} nodes prepared, ${running} of ${instances.length} instances running`;
  return `${state}${left}: ${done}${waiting === 0 ? '' : `, ${waiting} waiting`}`;
}

function atWork({ nodes, instances }: RunView): AtWork[] {
  const targets = [
    ...instances.map(({ id, address = id, steps }) => ({ address, target: id, steps })),
    ...nodes.map(({ address, steps }) => ({ address, target: address, steps })),
  ];
  return targets.flatMap(({ address, target, steps }) =>
    steps.filter(({ state }) => state === 'running').map((step) => ({ address, target, step })),
  );
}

const lineOf = (work: AtWork): string => `${work.target.padEnd(22)} ${work.step.step.padEnd(24)} ${wordsOf(work)}`;

function wordsOf({ step: { durationMs, progress } }: AtWork): string {
  if (progress === null) return `for ${durationText(durationMs)}`;
  const { doing, forMs, usualMs, waitsFor } = progress;
  const from = waitsFor === null ? '' : ` from ${waitsFor}`;
  const usual = usualMs === null ? '' : `, usually ${durationText(usualMs)}`;
  return `${doing}${from} for ${durationText(forMs)}${usual}`;
}

const isOver = ({ state }: { readonly state: string }): boolean =>
  state === 'done' || state === 'unchanged' || state === 'skipped';

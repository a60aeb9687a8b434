import type { OperationPlan } from '../../activities/index.ts';
import { isSilence } from '../../domain/errors.ts';
import { type InstanceOperation, namesOf } from '../../domain/plan/operation.ts';
import { joined } from '../../domain/text/joined.ts';
import { inEnglish, phrase, type Text } from '../../domain/text/text.ts';
import type { OperateResult } from '../messages.ts';
import { isDone, type OperationEnd } from './operate-instance.ts';

/** The answer to the caller, and what the run's outcome depends on. */
export interface OperationOutcome {
  readonly result: OperateResult;
  readonly hasChanged: boolean;
  /** Some were done although others were not. */
  readonly isPartial: boolean;
}

/** The outcome of an operation; a problem other than the network's is named first. */
export function outcomeOf(
  { run, absent, left = {}, refusal }: OperationPlan,
  ends: ReadonlyMap<string, OperationEnd>,
  asked: readonly string[],
  notes: Readonly<Record<string, Text>> = {},
): OperationOutcome {
  const failed = [...ends].flatMap(([id, { state, code, reason = '' }]) =>
    state === 'failed' || state === 'left' ? [{ id, state, code, reason }] : [],
  );
  const done = [...ends].filter(([, end]) => isDone(end));
  const codes = failed.flatMap(({ code }) => code ?? []);
  const code = codes.find((each) => !isSilence(each)) ?? codes[0] ?? (failed.length > 0 ? 'JobNotRunning' : undefined);
  const message = joined(failed.map(({ id, reason }) => phrase('{place}: {what}', { place: id, what: reason })));
  const problem = refusal ?? (code === undefined ? undefined : { code, message: shortened(message) });
  return {
    result: {
      run,
      ...(problem === undefined ? {} : { problem }),
      notDone: Object.fromEntries([
        ...absent.map((id) => [id, { state: 'absent' as const, reason: 'not installed' }] as const),
        ...Object.entries(left).map(
          ([id, reason]) => [id, { state: 'left' as const, reason: shortened(reason, 500) }] as const,
        ),
        ...failed.map(({ id, state, reason, code: of }) => {
          return [id, { state, reason: shortened(reason, 500), ...(of === undefined ? {} : { code: of }) }] as const;
        }),
      ]),
      ...(refusal === undefined ? {} : { undone: asked.filter((id) => !absent.includes(id)) }),
      notes,
    },
    hasChanged: done.some(([, { state }]) => state === 'changed'),
    isPartial: done.length > 0,
  };
}

/** So that a payload stays small, however many have failed. */
const MOST = 2_000;

function shortened(text: Text, most = MOST): Text {
  const english = inEnglish(text);
  return english.length > most ? `${english.slice(0, most)}...` : text;
}

/** Its title in the log and in the Web UI. */
export const titleOf = (operation: InstanceOperation, instances: readonly string[]): Text =>
  phrase('{operation} {instances}', { operation, instances: namesOf(instances) });

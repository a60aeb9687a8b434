import type { NodePort } from '../../activities/attempt/run-step.ts';
import type { CommandResult } from '../../domain/command.ts';
import type { Act } from '../../domain/step.ts';

export interface FakeNode extends NodePort {
  /** What was asked and done, in order: `check`, `announce REASON`, `carry out KIND at POSITION`. */
  readonly events: string[];
}

/** A node that answers its checks from a list, the last one for ever, and carries nothing out. */
export function fakeNode(
  answers: readonly [string, ...string[]],
  { position = 7, onAct = () => {} }: { position?: number; onAct?: (act: Act) => void } = {},
): FakeNode {
  const events: string[] = [];
  const waiting = [...answers];
  return {
    events,
    async check() {
      events.push('check');
      const stdout = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? '';
      return { exitCode: 0, stdout, position } satisfies Pick<CommandResult, 'exitCode' | 'stdout'> & {
        position: number;
      };
    },
    async carryOut(act, at) {
      events.push(`carry out ${act.kind} at ${at}`);
      onAct(act);
    },
    announce: async (reason: string) => void events.push(`announce ${reason}`),
  };
}

import type { StepRecord } from '../../domain/run/run.ts';
import type { Attempt } from './attempt.ts';
import type { NodePort } from './run-step.ts';

/** Every attempt of a round works from the position that its first check saw, so that nothing that succeeded is started again. */
export function rememberPosition(
  { deps, key, flushed }: Pick<Attempt, 'deps' | 'key' | 'flushed'>,
  record: StepRecord,
  node: NodePort,
): NodePort {
  const { steps } = deps.store;
  let { position } = record;
  let isReached = false;
  return {
    ...node,
    announce: async (reason) => {
      await steps.note(key, reason);
      await node.announce(reason);
      // If the worker dies, the log already says what the command was for.
      await flushed();
    },
    check: async (command) => {
      const result = await node.check(command);
      if (!isReached) await steps.reach(key, result.position);
      isReached = true;
      position ??= result.position;
      return { ...result, position };
    },
  };
}

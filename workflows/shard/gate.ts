import { condition } from '@temporalio/workflow';
import { componentOf } from '../../domain/instance.ts';
import type { Needs } from '../deploy/needs.ts';
import type { Rolls } from '../deploy/rolls.ts';
import { handleSignal } from '../handle-signal.ts';
import type { Bulletin } from './bulletin.ts';
import { answerSignal, isAnswer, type ShardAnswer } from './shard-messages.ts';

/**
 * What instances of a shard wait for is known to the root alone. All of a component need the same, so one asks for those that
 * come while it waits, and once the answer is for good nobody asks any more.
 */
export function createGate(
  bulletin: Bulletin,
  rolls: Rolls,
): Pick<Needs, 'inRoll' | 'isStuck' | 'untilClear' | 'untilGone' | 'wait'> {
  const settled = new Map<string, ShardAnswer>();
  const asked = new Map<string, { readonly id: string; answer?: ShardAnswer }>();
  const turns = new Set<string>();
  handleSignal(
    answerSignal,
    isAnswer,
    (answer) => {
      const component = componentOf(answer.id);
      if (answer.isRollBroken !== undefined) {
        if (answer.isRollBroken) rolls.broken.add(component);
        turns.add(answer.id);
        return;
      }
      const question = asked.get(component);
      if (question?.id !== answer.id) return;
      question.answer = answer;
      asked.delete(component);
      if (answer.isForGood) settled.set(component, answer);
    },
    { description: 'The cluster workflow says that what an instance needs runs, or never will.' },
  );

  return {
    async wait({ id }) {
      const component = componentOf(id);
      const known = settled.get(component);
      if (known !== undefined) return known.lacking;
      const before = asked.get(component);
      const question = before ?? { id };
      asked.set(component, question);
      bulletin.ask(id, before?.id);
      await condition(() => question.answer !== undefined);
      bulletin.answered(id);
      return question.answer?.lacking;
    },
    async inRoll({ id }, roll) {
      await roll.acquire();
      bulletin.askTurn(id);
      try {
        await condition(() => turns.has(id));
      } catch (error) {
        // The next one waits for it, and hears of no cancellation meanwhile.
        roll.release();
        throw error;
      }
      bulletin.answered(id);
    },
    // The root keeps what waits for a removal or is waited for by one.
    untilGone: async () => undefined,
    // All that it looks after is new on its node.
    untilClear: async () => undefined,
    isStuck: () => false,
  };
}

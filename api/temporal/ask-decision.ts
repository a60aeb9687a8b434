import { type Client, type WorkflowUpdateHandle, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { TemporalClock } from './temporal-clock.ts';
import { engineErrorOf, isUsedUp } from './temporal-errors.ts';

/** A worker must take a decision up within this time; later it refuses it by itself. */
const ACCEPTED_WITHIN_MS = 1_300;
const ANSWERED_WITHIN_MS = 1_800;

interface Decision {
  send(acceptBy: number): Promise<WorkflowUpdateHandle<string>>;
  /** What is left when the execution takes no more updates. */
  otherwise(): Promise<unknown>;
  /** The answer once it is taken up. */
  readonly takenUp: string;
}

/** Hands an operator's decision to the cluster's workflow; answers within two seconds. */
export const createDecisionRequest =
  (client: Client, clock: TemporalClock) =>
  async ({ send, otherwise, takenUp }: Decision): Promise<string> => {
    const answerBy = Date.now() + ANSWERED_WITHIN_MS;
    const ask = async (): Promise<string> => {
      const update = await client.withDeadline(answerBy, () => send(clock.now() + ACCEPTED_WITHIN_MS));
      return client
        .withDeadline(answerBy, () => update.result())
        .catch((error: unknown) => {
          if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return takenUp;
          throw error;
        });
    };
    try {
      return await ask().catch((error: unknown) => {
        if (clock.isTooLate(error)) return ask();
        if (!isUsedUp(error)) throw error;
        return client.withDeadline(answerBy, otherwise).then(() => takenUp);
      });
    } catch (error) {
      throw engineErrorOf(error);
    }
  };

import type { StepKey } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';

/** Records that a step cannot begin for so many milliseconds, so that the run's estimated end allows for it. */
export async function notePause({ steps }: Pick<Store, 'steps'>, key: StepKey, ms: number): Promise<void> {
  const since = Date.now();
  await steps.work(key, { doing: 'waiting before the next password', since, pausedUntil: since + ms });
}

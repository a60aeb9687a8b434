import type { RunLog } from '../../store/log/contract.ts';
import { isCancelled } from './boundary.ts';

// `never` takes activities of any input.
type Activity = (...args: never[]) => Promise<unknown>;

/**
 * Temporal keeps and shows what activities return and fail with: this hides in it every secret that the store
 * knows, wherever it came from.
 */
export function withoutSecrets<Activities extends Readonly<Record<string, Activity>>>(
  activities: Activities,
  { maskOwn }: Pick<RunLog, 'maskOwn'>,
): Activities {
  const shown = (run: Activity): Activity =>
    async function (...args) {
      try {
        return await maskOwn(await run(...args));
      } catch (error) {
        if (error instanceof Error && !isCancelled(error)) await maskError(error, maskOwn);
        throw error;
      }
    };
  return Object.fromEntries(Object.entries(activities).map(([name, run]) => [name, shown(run)])) as Activities;
}

/** In place, so that it stays what it is; with its causes, which Temporal shows too. */
async function maskError(error: Error, maskOwn: RunLog['maskOwn']): Promise<void> {
  const { message, stack, details } = error as Error & { readonly details?: unknown };
  Object.assign(error, await maskOwn({ message, stack, ...(details === undefined ? {} : { details }) }));
  if (error.cause instanceof Error) await maskError(error.cause, maskOwn);
}

import { type OperateRequest, type OperateResult, operateUpdate } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import type { ClusterRun } from '../cluster-run.ts';
import type { fakeEngine } from '../fake-engine.ts';

/** Inside a parked run. */
export const operate = (run: ClusterRun, request: OperateRequest): Promise<OperateResult> =>
  run.handle.executeUpdate<OperateResult, [OperateRequest]>(operateUpdate, { args: [request] });

/** The same, asked again for as long as a retry is at work. */
export async function operateWhenParked(run: ClusterRun, request: OperateRequest): Promise<OperateResult> {
  let result: OperateResult | undefined;
  await until(async () => {
    result = await operate(run, request).catch((error: Error) => {
      if (!String(error.cause).includes('is at work')) throw error;
      return undefined;
    });
    return result !== undefined;
  }, 'nothing is at work there');
  return result as unknown as OperateResult;
}

/** How often `TARGET STEP` has begun. */
export const begins = ({ events }: Pick<ReturnType<typeof fakeEngine>, 'events'>, what: string): number =>
  events.filter((event) => event === `begin ${what}`).length;

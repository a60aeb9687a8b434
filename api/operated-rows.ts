import type { Instance } from '../domain/instance.ts';
import { type InstanceStatus, STOPPED_BY_OPERATOR } from '../domain/instance-status.ts';
import type { InstanceOperation } from '../domain/operation.ts';
import type { OperateResult } from '../workflows/messages.ts';
import type { StatusRow } from './status-rows.ts';

/** What became of one instance; `Detail` says why it is not as it was asked for. */
export type OperatedRow = Pick<StatusRow, 'Comp' | 'Ip' | 'Status' | 'Detail'>;

interface Operated {
  readonly operation: InstanceOperation;
  readonly instances: readonly Pick<Instance, 'id' | 'component' | 'address'>[];
  readonly result: OperateResult;
  /** The last looks, for those that the operation has left as they were. */
  readonly statuses: readonly InstanceStatus[];
}

export function operatedRows({ operation, instances, result, statuses }: Operated): OperatedRow[] {
  const seen = new Map(statuses.map((status) => [status.id, status.isRunning]));
  const isRunning = (id: string): boolean => {
    const end = result.notDone[id];
    if (end === undefined) return operation === 'restart';
    if (end.state === 'absent') return false;
    // What could not be stopped runs; what has not come up does not, whatever was seen before.
    if (end.state === 'failed') return operation === 'stop' && seen.get(id) !== false;
    return seen.get(id) === true;
  };
  return instances.map(({ id, component, address }) => {
    const { reason } = result.notDone[id] ?? {};
    const details = [reason ?? (operation === 'stop' ? STOPPED_BY_OPERATOR : undefined), result.notes[id]];
    const detail = details.filter((each) => each !== undefined).join('; ');
    return {
      Comp: component,
      Ip: address,
      Status: isRunning(id) ? 'RUNNING' : 'DOWN',
      ...(detail === '' ? {} : { Detail: detail }),
    };
  });
}

import { type InstanceStatus, STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import type { Instance } from '../../domain/instance.ts';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import { joined } from '../../domain/text/joined.ts';
import type { Text } from '../../domain/text/text.ts';
import type { OperateResult } from '../../workflows/messages.ts';
import type { StatusRow } from './status-rows.ts';

/** The result for one instance; `Detail` says why it was not stopped or restarted. */
export type OperatedRow = Pick<StatusRow, 'Comp' | 'Ip' | 'Status' | 'Detail'>;

interface Operated {
  readonly operation: InstanceOperation;
  readonly instances: readonly Pick<Instance, 'id' | 'component' | 'address'>[];
  readonly result: OperateResult;
  /** The last status of those that the operation did not touch. */
  readonly statuses: readonly InstanceStatus[];
}

export function operatedRows({ operation, instances, result, statuses }: Operated): OperatedRow[] {
  const seen = new Map(statuses.map((status) => [status.id, status]));
  const undone = new Set(result.undone);
  const isRunning = (id: string): boolean => {
    const end = result.notDone[id];
    if (end === undefined && !undone.has(id)) return operation === 'restart';
    if (end?.state === 'absent') return false;
    const last = seen.get(id)?.isRunning;
    // monit was asked just now: what could not be stopped runs, and what did not come up does not, whatever was seen before.
    if (end?.code === 'JobNotRunning') return operation === 'stop' && last !== false;
    return last === true;
  };
  const detailOf = (id: string): Text | undefined => {
    const reason = result.notDone[id]?.reason;
    if (reason !== undefined) return reason;
    if (undone.has(id)) return result.problem?.message;
    return operation === 'stop' ? STOPPED_BY_OPERATOR : undefined;
  };
  return instances.map(({ id, component, address }) => {
    const detail = joined([detailOf(id), result.notes[id]].filter((each) => each !== undefined));
    return {
      Comp: component,
      Ip: address,
      Status: isRunning(id) ? 'RUNNING' : 'DOWN',
      ...(detail === '' ? {} : { Detail: detail }),
    };
  });
}

import { COMPONENTS, type ComponentName } from '../../domain/components.ts';
import { type InstanceStatus, STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import { joined } from '../../domain/text/joined.ts';
import type { Text } from '../../domain/text/text.ts';
import type { ClusterInstance } from './cluster-instances.ts';
import type { TargetInProgress } from './targets-in-progress.ts';

/** One instance as the API specification has it; `Detail` and `Age` are ours. */
export interface StatusRow {
  readonly Comp: ComponentName;
  readonly Ip: string;
  readonly Cpu: string;
  readonly Mem: string;
  readonly Disk: string;
  readonly Status: 'RUNNING' | 'DOWN';
  /** Why it does not run. */
  readonly Detail?: Text;
  /** Seconds since the last look. */
  readonly Age?: number;
}

interface Known {
  readonly statuses: readonly InstanceStatus[];
  readonly inProgress: ReadonlyMap<string, TargetInProgress>;
  readonly now: number;
}

/** A row per instance that is wanted or installed, in the specification's order of components. */
export function statusRows(
  instances: readonly ClusterInstance[],
  { statuses, inProgress, now }: Known,
): readonly StatusRow[] {
  const seen = new Map(statuses.map((status) => [status.id, status]));
  return COMPONENTS.flatMap((component) =>
    instances
      .filter((instance) => instance.component === component)
      .map((instance) => {
        const { id, address, isInstalled } = instance;
        const stands = [inProgress.get(id), inProgress.get(address)].filter((each) => each !== undefined);
        const said = stands.find(({ isParked }) => isParked) ?? stands[0];
        // An old status says nothing about an instance that is not installed.
        return statusRow(instance, isInstalled ? seen.get(id) : undefined, { said, now });
      }),
  );
}

function statusRow(
  instance: ClusterInstance,
  status: InstanceStatus | undefined,
  { said, now }: { readonly said: TargetInProgress | undefined; readonly now: number },
): StatusRow {
  const place = { Comp: instance.component, Ip: instance.address };
  const detail = detailOf(instance, status, said);
  const about = detail === '' ? {} : { Detail: detail };
  if (status === undefined) return { ...place, Cpu: '0%', Mem: '0%', Disk: '0%', Status: 'DOWN', ...about };
  return {
    ...place,
    Cpu: percentage(status.cpuPercent, 5),
    Mem: percentage(status.memoryPercent, 2),
    Disk: percentage(status.diskPercent, 0),
    Status: status.isRunning ? 'RUNNING' : 'DOWN',
    ...about,
    Age: Math.max(0, Math.round((now - status.seenAt) / 1000)),
  };
}

/** What waits for a decision comes first; for what runs nothing else matters. */
function detailOf(
  { isWanted, isInstalled, stoppedAt }: ClusterInstance,
  status: InstanceStatus | undefined,
  said: TargetInProgress | undefined,
): Text {
  if (said?.isParked === true) return said.words;
  if (!isWanted)
    return joined(['no longer wanted, cleaned by the next deploy', ...(status?.detail ? [status.detail] : [])]);
  if (status?.isRunning === true) return '';
  if (said !== undefined) return said.words;
  if (!isInstalled) return 'not installed';
  return status?.detail ?? (stoppedAt === undefined ? 'not looked at yet' : STOPPED_BY_OPERATOR);
}

/** At most so many digits after the point, as in the specification's examples: `1.18844%`, `81.74%`, `8%`. */
const percentage = (value: number, digits: number): string => `${Number(value.toFixed(digits))}%`;

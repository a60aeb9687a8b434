import { COMPONENTS, type ComponentName } from '../domain/components.ts';
import type { Configuration } from '../domain/configuration.ts';
import type { InstanceStatus } from '../domain/instance-status.ts';

/** One instance as the documented API shows it; `Detail` and `Age` are ours. */
export interface StatusRow {
  readonly Comp: ComponentName;
  readonly Ip: string;
  readonly Cpu: string;
  readonly Mem: string;
  readonly Disk: string;
  readonly Status: 'RUNNING' | 'DOWN';
  /** Why it does not run. */
  readonly Detail?: string;
  /** Seconds since somebody looked. */
  readonly Age?: number;
}

/** A row per instance of a configuration; what nobody has looked at yet is not installed. */
export function statusRows(
  { components }: Configuration,
  statuses: readonly InstanceStatus[],
  now: number,
): readonly StatusRow[] {
  const seen = new Map(statuses.map((status) => [`${status.component} ${status.address}`, status]));
  return COMPONENTS.flatMap((component) =>
    components[component].map((address) => statusRow(component, address, seen.get(`${component} ${address}`), now)),
  );
}

function statusRow(
  component: ComponentName,
  address: string,
  status: InstanceStatus | undefined,
  now: number,
): StatusRow {
  const place = { Comp: component, Ip: address };
  if (status === undefined)
    return { ...place, Cpu: '0%', Mem: '0%', Disk: '0%', Status: 'DOWN', Detail: 'not installed' };
  return {
    ...place,
    Cpu: percentage(status.cpuPercent, 5),
    Mem: percentage(status.memoryPercent, 2),
    Disk: percentage(status.diskPercent, 0),
    Status: status.isRunning ? 'RUNNING' : 'DOWN',
    ...(status.isRunning ? {} : { Detail: status.detail }),
    Age: Math.max(0, Math.round((now - status.seenAt) / 1000)),
  };
}

/** At most so many digits after the point, as the document's examples: `1.18844%`, `81.74%`, `8%`. */
const percentage = (value: number, digits: number): string => `${Number(value.toFixed(digits))}%`;

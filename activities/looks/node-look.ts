import type { CpuReading } from '../../domain/instance-status.ts';
import { parseProcesses, type ProcessFacts } from '../checks/process-status.ts';

/** What a look at a node has found. */
export interface NodeLook {
  readonly cpu: CpuReading;
  readonly memoryPercent: number;
  readonly diskPercent: number;
  /** What says that nothing has changed: monit's words, the entries in force, and how often starts have failed. */
  readonly signature: string;
  /** Processes by the name of monit's service. */
  readonly pids: ReadonlyMap<string, number>;
  /** Those of the processes asked about that are not there any more. */
  readonly gone: ReadonlySet<number>;
  /** By name; empty where only a glance was asked for. */
  readonly instances: ReadonlyMap<string, InstanceFacts>;
}

export interface InstanceFacts extends ProcessFacts {
  readonly isInstalled: boolean;
  /** It was started once. */
  readonly wasStarted: boolean;
}

export function parseLook(text: string): NodeLook {
  const [about = '', ...parts] = text.split(/^@@instance /m);
  const memory = memoryOf(about);
  const disk = /^\S+ +(\d+) +(\d+) +\d+ +\d+% +\/$/m.exec(about);
  return {
    cpu: cpuOf(about),
    memoryPercent: memory,
    diskPercent: disk === null || Number(disk[1]) === 0 ? 0 : (100 * Number(disk[2])) / Number(disk[1]),
    signature: signatureOf(about),
    pids: pidsOf(about),
    gone: new Set([...about.matchAll(/^gone (\d+)$/gm)].map(([, pid]) => Number(pid))),
    instances: new Map(parts.map(instanceOf)),
  };
}

/** What was seen before, where processes are gone that monit still believes to run. */
export const withoutGone = (
  instances: NodeLook['instances'],
  { pids, gone }: Pick<NodeLook, 'pids' | 'gone'>,
): NodeLook['instances'] =>
  gone.size === 0
    ? instances
    : new Map(
        [...instances].map(([id, { processes, ...facts }]) => [
          id,
          {
            ...facts,
            processes: processes.map(({ name, word }) =>
              word === 'running' && gone.has(pids.get(name) ?? 0) ? { name, word: 'does not exist' } : { name, word },
            ),
          },
        ]),
      );

/** Ticks since boot: user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in the first two. */
function cpuOf(text: string): CpuReading {
  const ticks = (/^cpu +(\d[\d ]*)$/m.exec(text)?.[1] ?? '').split(' ').slice(0, 8).map(Number);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { total, busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}

/** Since an earlier reading; since boot where there is none of this boot. */
export function cpuPercent({ busy, total }: CpuReading, before: CpuReading | undefined): number {
  const isUsable = before !== undefined && before.total < total && before.busy <= busy;
  const [spent, passed] = isUsable ? [busy - before.busy, total - before.total] : [busy, total];
  return passed === 0 ? 0 : (100 * spent) / passed;
}

/** Kernels before 3.14 do not say what is available. */
function memoryOf(text: string): number {
  const kib = (key: string): number | undefined => {
    const found = new RegExp(`^${key}: (\\d+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const total = kib('MemTotal') ?? 0;
  const free = kib('MemAvailable') ?? (kib('MemFree') ?? 0) + (kib('Buffers') ?? 0) + (kib('Cached') ?? 0);
  return total === 0 ? 0 : (100 * (total - free)) / total;
}

const SERVICE = /<service[ >].*?<\/service>/gs;
const TELLING = /<(name|status|monitor|pendingaction|pid)>([^<]*)</g;

function signatureOf(text: string): string {
  const lines = text.match(/^(?:entries|ends) .*$/gm) ?? [];
  const services = (text.match(SERVICE) ?? []).map((service) =>
    [...service.matchAll(TELLING)].map(([, name, value]) => `${name}=${value}`).join(' '),
  );
  return [...lines, ...services].join('\n');
}

const pidsOf = (text: string): Map<string, number> =>
  new Map(
    (text.match(SERVICE) ?? []).flatMap((service) => {
      const values = new Map([...service.matchAll(TELLING)].map(([, name = '', value = '']) => [name, value]));
      const pid = Number(values.get('pid') ?? 0);
      return pid > 0 ? [[values.get('name') ?? '', pid] as const] : [];
    }),
  );

function instanceOf(part: string): readonly [string, InstanceFacts] {
  const [name = '', ...lines] = part.split('\n');
  const processes = lines.filter((line) => !line.startsWith('@@'));
  return [
    name,
    {
      ...parseProcesses({ stdout: processes.join('\n') }),
      isInstalled: lines.includes('@@installed'),
      wasStarted: lines.includes('@@started'),
    },
  ];
}

import { sh } from '../domain/command.ts';
import { isEngineError } from '../domain/errors.ts';
import type { Instance } from '../domain/instance.ts';
import { type InstanceStatus, STOPPED_BY_OPERATOR } from '../domain/instance-status.ts';
import type { ClusterContext } from './cluster-contexts.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { joinChecks, splitChecks } from './probe.ts';
import { complaints, INSTANCE, isRunning, isStopped, parseProcesses, type ProcessFacts } from './process-status.ts';

// CPU needs two readings; a fifth of a second apart is enough for a percentage.
const LOAD = sh`
  cpu() { awk '/^cpu / {busy = $2 + $3 + $4 + $7 + $8; print busy, busy + $5 + $6}' /proc/stat; }
  first=$(cpu); sleep 0.2; second=$(cpu)
  echo "$first $second" | awk '{total = $4 - $2; print "cpu=" (total > 0 ? 100 * ($3 - $1) / total : 0)}'
  awk '/^MemTotal/ {total = $2} /^MemAvailable/ {free = $2} END {print "memory=" 100 * (total - free) / total}' /proc/meminfo
  df -Pk / | awk 'NR == 2 {print "disk=" 100 * $3 / $2}'`;

/** A look takes a second; a node that needs so long hangs, and its row says so. */
const LOOK_MS = 20_000;

/** The state of every instance on one node; an unreachable node makes rows too, with the reason. */
export async function lookAtInstances(
  { connections, logins }: Pick<ActivityDependencies, 'connections' | 'logins'>,
  { configuration, instances }: Pick<ClusterContext, 'configuration' | 'instances'>,
  address: string,
): Promise<InstanceStatus[]> {
  const own = instances.filter((instance) => instance.address === address);
  try {
    const session = await connections.node(address, await logins.of(configuration, address), 'watcher');
    const checks = [LOAD, ...own.map(({ component, number }) => sh`${INSTANCE} status ${`${component}_${number}`}`)];
    const { stdout } = await session.read(joinChecks(checks), { timeoutMs: LOOK_MS });
    const [load, ...statuses] = splitChecks(stdout, checks.length) ?? [];
    return own.map((instance, index) => row(instance, load?.stdout ?? '', statuses[index]?.stdout));
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return own.map((instance) => down(instance, error.retry === 'patience' ? 'unreachable' : error.message));
  }
}

function row(instance: Instance, load: string, status: string | undefined): InstanceStatus {
  const value = (name: string): number => Number(new RegExp(`^${name}=(.*)$`, 'm').exec(load)?.[1] ?? 0);
  const facts = parseProcesses({ stdout: status ?? '' });
  return {
    ...down(instance, detailOf(facts)),
    cpuPercent: value('cpu'),
    memoryPercent: value('memory'),
    diskPercent: value('disk'),
    isRunning: isRunning(facts),
  };
}

const detailOf = (facts: ProcessFacts): string => {
  if (isRunning(facts)) return '';
  return isStopped(facts) ? STOPPED_BY_OPERATOR : complaints(facts) || 'not installed';
};

const down = ({ id, component, address }: Instance, detail: string): InstanceStatus => ({
  id,
  component,
  address,
  cpuPercent: 0,
  memoryPercent: 0,
  diskPercent: 0,
  isRunning: false,
  detail,
  seenAt: Date.now(),
});

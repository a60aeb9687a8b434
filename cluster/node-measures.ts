import type { ComponentName } from '../domain/components.ts';
import type { ManifestRequest } from '../domain/manifest/manifest.ts';
import { isKernelBefore } from '../domain/node/kernel-version.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import { forwardsLogs } from '../domain/node/rsyslog.ts';

/** MiB; another kernel takes a little more or less for itself, and a dea need not be updated for that. */
const MEMORY_STEP = 128;

/**
 * What a manifest takes from the machine: a dea gives away the memory its node has, and where rsyslog is old nobody
 * forwards log lines.
 */
export function measuresFor(
  component: ComponentName,
  facts: NodeFacts | undefined,
): NonNullable<ManifestRequest['node']> {
  if (facts === undefined) return {};
  const forwards = { forwardsLogs: forwardsLogs(facts.system) };
  if (component !== 'dea') return forwards;
  const memoryMiB = Math.floor(facts.memoryKiB / 1024 / MEMORY_STEP) * MEMORY_STEP;
  const { isContainer, kernel } = facts;
  return { ...forwards, memoryMiB, isContainer, tunesNetwork: !isContainer && isKernelBefore(kernel, 4, 12) };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import type { WorkflowTemporal } from './workflow-temporal.ts';

/** Keeps the history of a cluster's workflow for the replay tests when asked to. */
export async function recordHistory(
  temporal: WorkflowTemporal,
  cluster: string,
  name: string,
  runId?: string,
): Promise<void> {
  const folder = process.env['RECORD_HISTORIES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, anonymous(await temporal.history(`cluster/${cluster}`, runId)));
}

// Where it was recorded is nobody's business, and replay does not look at it.
const anonymous = (history: string): string =>
  `${JSON.stringify(JSON.parse(history, (key, value: unknown) => anonymousValue(key, value)))}\n`;

function anonymousValue(key: string, value: unknown): unknown {
  if (key === 'stackTrace' || key === 'identity') return '';
  return key === 'name' && typeof value === 'string' ? value.replace(/^\d+@.*/, '1@worker') : value;
}

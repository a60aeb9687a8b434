import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Controller } from '../activities/checks/claimant.ts';

/** This machine, as nodes that it claims keep it. */
export const controller = (): Controller => ({
  host: hostname(),
  machine: machineDigest(),
  startedAt: new Date().toISOString(),
});

/** systemd asks that nobody shows a machine-id to others, so it leaves the machine as a digest alone. */
function machineDigest(): string {
  const id = contentOf('/etc/machine-id').trim();
  return id === '' ? '' : createHash('sha256').update(`deployment-engine ${id}`).digest('hex').slice(0, 32);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

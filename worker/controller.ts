import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Controller } from '../activities/checks/claimant.ts';

/** This machine, as nodes that it claims keep it. `idFile`: where it has its machine-id, for tests. */
export const controller = (idFile = '/etc/machine-id'): Controller => ({
  host: hostname(),
  machine: machineDigest(contentOf(idFile).trim()),
  startedAt: new Date().toISOString(),
});

/** What systemd leaves in the file of an image until a machine boots from it. */
const NONE_YET = 'uninitialized';

/** systemd asks that nobody shows a machine-id to others, so it leaves the machine as a digest alone. */
function machineDigest(id: string): string {
  return id === '' || id === NONE_YET
    ? ''
    : createHash('sha256').update(`deployment-engine ${id}`).digest('hex').slice(0, 32);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

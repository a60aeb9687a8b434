import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

// SQLite can go on writing for a while after the disk is full; a run that begins then would only get stuck.
const LEAST_FREE_BYTES = 1024 ** 2;

export async function assertSpace(file: string): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  const free = bavail * bsize;
  if (free >= LEAST_FREE_BYTES) return;
  throw new DeploymentEngineError(
    'StoreUnwritable',
    phrase('The disk that holds {file} is full ({free} kB free); free some space, nothing is lost.', {
      file,
      free: Math.floor(free / 1024),
    }),
  );
}

import { DeploymentEngineError } from '../domain/errors.ts';
import type { Blob } from '../domain/release.ts';
import type { Blobs } from './blobs.ts';
import { writeDurably } from './durable-file.ts';
import type { Layout } from './layout.ts';
import { readRecord } from './record.ts';

interface CompiledRecord extends Blob {
  readonly key: string;
}

/** What nodes built, by profile and key. */
export interface CompiledArtefacts {
  /** The artefact built for this profile under this key; undefined when there is none or it is damaged (moved aside). */
  findCompiled(profile: string, key: string): Promise<Blob | undefined>;
  /** Makes a blob that is there the artefact of this key. Throws `ChecksumMismatch` when the blob is not there. */
  recordCompiled(profile: string, key: string, blob: Blob): Promise<void>;
}

export const openCompiled = (layout: Layout, blobs: Blobs): CompiledArtefacts => ({
  async findCompiled(profile, key) {
    const record = await readRecord<CompiledRecord>(layout.compiled(profile, key));
    return record === undefined ? undefined : blobs.find(record.sha256);
  },

  async recordCompiled(profile, key, { sha256, size }) {
    const found = await blobs.find(sha256);
    if (found?.size !== size)
      throw new DeploymentEngineError('ChecksumMismatch', `The archive built for ${key} is not in the mirror`, {
        details: { profile, key, sha256 },
      });
    await writeDurably(layout.compiled(profile, key), JSON.stringify({ key, sha256, size } satisfies CompiledRecord));
  },
});

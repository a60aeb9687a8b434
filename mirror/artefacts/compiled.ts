import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Blob } from '../../domain/release/release.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { writeDurably } from '../blobs/durable-file.ts';
import { readRecord } from '../blobs/record.ts';
import type { Layout } from '../layout.ts';
import { artefactProblem } from './inspect-artefact.ts';
import { openQuarantine, type Quarantined } from './quarantine.ts';

interface CompiledRecord extends Blob {
  readonly key: string;
}

/** What nodes built, by profile and key. */
export interface CompiledArtefacts {
  /** The artefact built for this profile under this key; undefined when there is none that is what was recorded. */
  findCompiled(profile: string, key: string): Promise<Blob | undefined>;
  /**
   * Makes a blob that is there the artefact of this key. Throws `ChecksumMismatch` when it is not there, or is no archive
   * that can be unpacked: then it is in quarantine.
   */
  recordCompiled(profile: string, key: string, blob: Blob): Promise<void>;
  /** Takes an artefact that failed away from the nodes; it counts as not built from now on. */
  quarantine(profile: string, key: string, failed: { readonly sha256: string; readonly reason: string }): Promise<void>;
  /** What of this key failed before. */
  quarantined(profile: string, key: string): Promise<readonly Quarantined[]>;
}

export function openCompiled(layout: Layout, blobs: Blobs): CompiledArtefacts {
  const quarantine = openQuarantine(layout);

  const putAway: CompiledArtefacts['quarantine'] = async (profile, key, { sha256, reason }) => {
    const file = layout.compiled(profile, key);
    const record = await readRecord<CompiledRecord>(file);
    // A newer one may have taken its place.
    if (record?.sha256 === sha256) await rm(file, { force: true });
    await quarantine.add({ profile, key, sha256, reason });
  };

  return {
    async findCompiled(profile, key) {
      const record = await readRecord<CompiledRecord>(layout.compiled(profile, key));
      if (record === undefined) return undefined;
      const blob = await blobs.find(record.sha256);
      return record.key === key && blob?.size === record.size ? blob : undefined;
    },

    async recordCompiled(profile, key, { sha256, size }) {
      const found = await blobs.find(sha256);
      if (found?.size !== size) throw unfit({ profile, key, sha256 }, 'it is not in the mirror');
      const content = createReadStream(layout.blob(sha256)) as AsyncIterable<Uint8Array>;
      const problem = await artefactProblem(content, key);
      if (problem !== undefined) {
        await putAway(profile, key, { sha256, reason: problem });
        throw unfit({ profile, key, sha256 }, `${problem}; it is in quarantine`);
      }
      await writeDurably(layout.compiled(profile, key), JSON.stringify({ key, sha256, size } satisfies CompiledRecord));
    },

    quarantine: putAway,
    quarantined: (profile, key) => quarantine.of(profile, key),
  };
}

const unfit = (details: { profile: string; key: string; sha256: string }, why: string): DeploymentEngineError =>
  new DeploymentEngineError('ChecksumMismatch', `The archive built for ${details.key} cannot be used: ${why}`, {
    details,
  });

import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Blob } from '../../domain/release/release.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { writeDurably } from '../blobs/durable-file.ts';
import { readRecord } from '../blobs/record.ts';
import type { Layout } from '../layout.ts';
import { artefactProblem } from './inspect-artefact.ts';
import { openQuarantine, type Quarantined } from './quarantine.ts';

interface CompiledRecord extends Blob {
  readonly key: string;
}

/** Archives that nodes built, by profile and key. */
export interface CompiledArtefacts {
  /** The artefact of this profile and key; undefined when there is none, or it differs from its record. */
  findCompiled(profile: string, key: string): Promise<Blob | undefined>;
  /**
   * Records a blob as the artefact of this key. Throws `ChecksumMismatch` when the blob is missing, or cannot be unpacked: then it
   * goes to quarantine.
   */
  recordCompiled(profile: string, key: string, blob: Blob): Promise<void>;
  /** Withdraws an artefact that failed; it counts as not built from now on. */
  quarantine(profile: string, key: string, failed: { readonly sha256: string; readonly reason: string }): Promise<void>;
  /** Archives of this key that failed before. */
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
        throw unfit({ profile, key, sha256 }, phrase('{problem}; it is in quarantine', { problem }));
      }
      await writeDurably(layout.compiled(profile, key), JSON.stringify({ key, sha256, size } satisfies CompiledRecord));
    },

    quarantine: putAway,
    quarantined: (profile, key) => quarantine.of(profile, key),
  };
}

const unfit = (details: { profile: string; key: string; sha256: string }, why: Text): DeploymentEngineError =>
  new DeploymentEngineError(
    'ChecksumMismatch',
    phrase('The archive built for {key} cannot be used: {why}', { key: details.key, why }),
    {
      details,
    },
  );

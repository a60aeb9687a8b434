import { readFile } from 'node:fs/promises';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Source } from '../domain/profiles/profile.ts';
import type { Blob, Release } from '../domain/release.ts';
import { openBlobs } from './blobs.ts';
import type { BlobContent } from './copy-blob.ts';
import { openCompiled } from './compiled.ts';
import type { CompiledArtefacts } from './compiled.ts';
import { writeDurably } from './durable-file.ts';
import { layoutOf } from './layout.ts';
import { readRecord } from './record.ts';

/** A source archive that the mirror holds: the file's name in the distribution, and the blob. */
export type SourceArchive = Source & Blob;

/** The offline mirror as the engine uses it. Every process may open it; nothing is cached but what was verified. */
export interface Mirror extends CompiledArtefacts {
  /** Stores the content under its sha256; adding it again changes nothing. */
  addBlob(content: BlobContent): Promise<Blob>;
  /** True when the blob is there and whole; a damaged one is moved aside. */
  hasBlob(sha256: string): Promise<boolean>;
  /** Where the blob's file is or would be. */
  blobPath(sha256: string): string;
  /** The profile's ruby source; undefined when it is missing or damaged. */
  source(profile: string): Promise<SourceArchive | undefined>;
  saveSource(profile: string, source: SourceArchive): Promise<void>;
  /** The apt repository's public key in binary form. Throws `EnvironmentLacking` when no repository was built yet. */
  aptKey(): Promise<Buffer>;
  /** Saves what was read of a release and makes it the default. */
  saveRelease(release: Release): Promise<void>;
  /** The release of this sha256, else the default one; undefined when there is none. */
  release(sha256?: string): Promise<Release | undefined>;
}

export function openMirror(root: string): Mirror {
  const layout = layoutOf(root);
  const blobs = openBlobs(layout);
  return {
    addBlob: (content) => blobs.add(content),
    hasBlob: async (sha256) => (await blobs.find(sha256)) !== undefined,
    blobPath: layout.blob,
    ...openCompiled(layout, blobs),

    async source(profile) {
      const source = await readRecord<SourceArchive>(layout.source(profile));
      return source !== undefined && (await blobs.find(source.sha256)) ? source : undefined;
    },
    saveSource: (profile, source) => writeDurably(layout.source(profile), JSON.stringify(source)),

    aptKey: () =>
      readFile(layout.aptKey).catch((cause: unknown) => {
        throw new DeploymentEngineError(
          'EnvironmentLacking',
          `The mirror in ${root} has no apt key: run ./local_build.sh`,
          { cause },
        );
      }),

    async saveRelease(release) {
      await writeDurably(layout.release(release.sha256), JSON.stringify(release));
      await writeDurably(layout.defaultRelease, release.sha256);
    },
    async release(sha256) {
      const wanted = sha256 ?? (await defaultRelease(layout.defaultRelease));
      return wanted === undefined ? undefined : readRecord<Release>(layout.release(wanted));
    },
  };
}

const defaultRelease = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

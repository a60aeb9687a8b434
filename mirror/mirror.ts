import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Blob, Release } from '../domain/release/release.ts';
import { phrase } from '../domain/text/text.ts';
import { type CompiledArtefacts, openCompiled } from './artefacts/compiled.ts';
import { openBlobs } from './blobs/blobs.ts';
import type { BlobContent } from './blobs/copy-blob.ts';
import { writeDurably } from './blobs/durable-file.ts';
import { readRecord } from './blobs/record.ts';
import { layoutOf } from './layout.ts';

/** A source archive in the mirror: its publisher's file name, and the blob. */
export interface SourceArchive extends Blob {
  readonly file: string;
}

/** The offline mirror as the engine uses it. Any process may open it. */
export interface Mirror extends CompiledArtefacts {
  /** Stores the content under its sha256; adding the same again changes nothing. */
  addBlob(content: BlobContent): Promise<Blob>;
  /** The blob, when it is there and intact; a damaged one is moved aside. */
  findBlob(sha256: string): Promise<Blob | undefined>;
  /** As `findBlob`, for callers that only ask whether. */
  hasBlob(sha256: string): Promise<boolean>;
  /** The path of the blob's file, whether or not it is there. */
  blobPath(sha256: string): string;
  /** The sources of the profile's builds; undefined until all are there. */
  sources(profile: string): Promise<readonly SourceArchive[] | undefined>;
  /** Architecture of the packages in the profile's repository, as dpkg calls it; undefined without one. */
  architecture(profile: string): Promise<string | undefined>;
  saveSources(profile: string, sources: readonly SourceArchive[]): Promise<void>;
  /** The apt repository's public key in binary form. Throws `EnvironmentLacking` when no repository was built yet. */
  aptKey(): Promise<Buffer>;
  saveRelease(release: Release): Promise<void>;
  /** The release an engine deploys that was given none. */
  makeDefault(release: Release): Promise<void>;
  /** The release of this sha256, else the default one; undefined when there is none. */
  release(sha256?: string): Promise<Release | undefined>;
}

export function openMirror(root: string): Mirror {
  const layout = layoutOf(root);
  const blobs = openBlobs(layout);
  return {
    addBlob: (content) => blobs.add(content),
    findBlob: (sha256) => blobs.find(sha256),
    hasBlob: async (sha256) => (await blobs.find(sha256)) !== undefined,
    blobPath: layout.blob,
    ...openCompiled(layout, blobs),

    async sources(profile) {
      const sources = await readRecord<readonly SourceArchive[]>(layout.sources(profile));
      if (!Array.isArray(sources)) return undefined;
      const found = await Promise.all(sources.map(({ sha256 }) => blobs.find(sha256)));
      return found.every((each) => each !== undefined) ? sources : undefined;
    },
    async architecture(profile) {
      const release = await readFile(join(layout.repository(profile), 'Release'), 'utf8').catch(() => '');
      return /^Architectures: (\S+)$/m.exec(release)?.[1];
    },
    saveSources: (profile, sources) => writeDurably(layout.sources(profile), JSON.stringify(sources)),

    aptKey: () =>
      readFile(layout.aptKey).catch((cause: unknown) => {
        throw new DeploymentEngineError(
          'EnvironmentLacking',
          phrase('The mirror in {root} has no apt key: run ./local_build.sh', { root }),
          { cause },
        );
      }),

    saveRelease: (release) => writeDurably(layout.release(release.sha256), JSON.stringify(release)),
    makeDefault: ({ sha256 }) => writeDurably(layout.defaultRelease, sha256),
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

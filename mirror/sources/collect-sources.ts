import { createReadStream } from 'node:fs';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { type Source, sourcesOf } from '../../domain/profiles/source-build.ts';
import { digestOf } from '../blobs/digest.ts';
import type { Mirror, SourceArchive } from '../mirror.ts';
import type { SourceFolder } from './source-folder.ts';

export interface SourcePlaces {
  /** The operator's folder; undefined without one. */
  readonly folder: SourceFolder | undefined;
  /** Downloads a source from its publisher; returns the file's path. Throws `EnvironmentLacking`. */
  fetch(source: Source): Promise<string>;
}

export interface CollectedSources {
  readonly sources: readonly SourceArchive[];
  /** Whether any was taken in. */
  readonly changed: boolean;
  /** For each source that cannot be obtained: why, and what to do. */
  readonly lacking: readonly string[];
}

/** Takes the sources of a profile into the mirror, each verified; reports all that cannot be obtained at once. */
export async function collectSources(
  mirror: Mirror,
  { name, builds }: Pick<NodeProfile, 'name' | 'builds'>,
  places: SourcePlaces,
): Promise<CollectedSources> {
  const recorded = (await mirror.sources(name)) ?? [];
  const sources: SourceArchive[] = [];
  const lacking: string[] = [];
  for (const source of sourcesOf(builds)) {
    try {
      sources.push((await knownArchive(mirror, source, recorded)) ?? (await takeIn(mirror, source, places)));
    } catch (error) {
      if (!isEngineError(error, 'EnvironmentLacking')) throw error;
      lacking.push(`${source.file}: ${error.message}`);
    }
  }
  const isRecorded = ({ sha256 }: SourceArchive): boolean => recorded.some((each) => each.sha256 === sha256);
  return { sources, lacking, changed: !sources.every(isRecorded) };
}

async function knownArchive(
  mirror: Mirror,
  { file, sha256 }: Source,
  recorded: readonly SourceArchive[],
): Promise<SourceArchive | undefined> {
  const record = recorded.find((each) => each.file === file && (sha256 === undefined || sha256 === each.sha256));
  if (record !== undefined || sha256 === undefined) return record;
  const blob = await mirror.findBlob(sha256);
  return blob === undefined ? undefined : { file, ...blob };
}

/** Content with a wrong digest never gets a name in the mirror. */
async function takeIn(mirror: Mirror, source: Source, { folder, fetch }: SourcePlaces): Promise<SourceArchive> {
  const sha256 = source.sha256 ?? (await folder?.statedDigest(source.file));
  if (sha256 === undefined) throw lacks(unverifiable(source));
  const remedy = `Put the file into a folder and name it with --sources; its sha256 must be ${sha256}`;
  const file =
    (await folder?.find(source.file)) ??
    (await fetch(source).catch((cause: unknown) => {
      throw isEngineError(cause, 'EnvironmentLacking') ? lacks(`${cause.message}. ${remedy}`, cause) : cause;
    }));
  const found = (await digestOf(file))?.sha256;
  if (found !== sha256)
    throw lacks(`${file} ${found === undefined ? 'is not there' : `has sha256 ${found}`}. ${remedy}`);
  const blob = await mirror.addBlob(createReadStream(file) as AsyncIterable<Uint8Array>);
  return { file: source.file, ...blob };
}

const unverifiable = ({ from }: Source): string =>
  'no public record of its sha256 could be checked, so whoever provides the file must state it. ' +
  `Get the file${'url' in from ? ` from ${from.url}` : ''}, make sure that it is genuine, put it into a folder together with a ` +
  'SHA256SUMS as sha256sum prints it, and name the folder with --sources';

const lacks = (message: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', message, { cause });

import { join } from 'node:path';
import process from 'node:process';
import { type Source, type SourceBuild, sourcesOf } from '../../../domain/profiles/source-build.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { digestOf } from '../../../mirror/blobs/digest.ts';
import { mirrorRoot } from '../../../mirror/location.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { openSourceFolder } from '../../../mirror/sources/source-folder.ts';

const settings = parseSettings(process.env);

/** Where sources that no mirror has yet are looked for, as `--sources` takes them. */
export const SOURCES = join(settings.cacheDir, 'sources');

const mirror = openMirror(mirrorRoot(settings));
const folder = openSourceFolder(SOURCES);

/** The build's sources that are in the mirror or in SOURCES: file to path. Throws for one that is not what it should be. */
export async function findSources(build: SourceBuild): Promise<Map<string, string>> {
  const found = await Promise.all(sourcesOf([build]).map(async (each) => [each.file, await find(each)] as const));
  return new Map(found.flatMap(([file, path]) => (path === undefined ? [] : [[file, path] as const])));
}

async function find(source: Source): Promise<string | undefined> {
  const sha256 = source.sha256 ?? (await folder.statedDigest(source.file));
  if (sha256 === undefined) return undefined;
  if ((await mirror.findBlob(sha256)) !== undefined) return mirror.blobPath(sha256);
  const path = await folder.find(source.file);
  if (path === undefined) return undefined;
  const found = (await digestOf(path))?.sha256;
  if (found !== sha256) throw new Error(`${path} has sha256 ${found}, not ${sha256}`);
  return path;
}

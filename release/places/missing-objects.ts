import path from 'node:path';
import { counted } from '../../domain/counted.ts';
import type { Problem } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import type { Build } from '../index/builds-index.ts';
import type { Missing } from '../index/release-contents.ts';
import { OWN_BLOB_FOLDERS } from './archive-candidates.ts';
import { identityOf } from './missing-files.ts';

interface Known {
  /** By the pointer of the job or package; undefined where no index knows the build. */
  readonly builds: ReadonlyMap<string, Build | undefined>;
  /** Description of the blobstore; undefined when the release names none. */
  readonly blobstore: string | undefined;
  readonly folder: string;
}

/** For a release whose archives are in a blobstore: which objects are missing, where they are, where to put them. */
export function nameMissingObjects(missing: readonly Missing[], { builds, blobstore, folder }: Known): Problem[] {
  if (missing.length === 0) return [];
  const each = missing.map(({ kind, entry }) => {
    const pointer = jsonPointer([kind, entry.name]);
    const object = builds.get(pointer)?.blobstore_id;
    const where = object === undefined ? `no such build in .final_builds${pointer}/index.yml` : `object ${object}`;
    return { pointer, message: `its archive is missing: ${identityOf(entry)}, ${where}` };
  });
  const store =
    blobstore === undefined ? 'the blobstore (config/final.yml names none)' : `the blobstore (${blobstore})`;
  const place = path.join(folder, OWN_BLOB_FOLDERS[0] ?? '');
  const count = `${counted(missing.length, 'archive')} ${missing.length === 1 ? 'is' : 'are'}`;
  const remedy =
    `${count} missing: fetch the objects named above from ${store} and put them into ${place} or into a folder given ` +
    'with --blobs, each under its object id or its sha1';
  return [...each, { pointer: '', message: remedy }];
}

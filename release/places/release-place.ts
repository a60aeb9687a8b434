import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../domain/errors.ts';
import { OWN_BLOB_FOLDERS } from './archive-candidates.ts';
import { chooseRelease } from './choose-release.ts';

/** What the path given for a release is. */
export type ReleasePlace =
  | { readonly kind: 'tarball'; readonly file: string }
  /** An unpacked tarball: release.MF, jobs/NAME.tgz, packages/NAME.tgz. */
  | { readonly kind: 'unpacked'; readonly folder: string }
  /** A checkout of a release's repository: indexes, and archives in several possible places. */
  | {
      readonly kind: 'checkout';
      readonly folder: string;
      /** The file of the release inside the folder, such as `releases/cf-170.yml`. */
      readonly index: string;
      /** All releases to choose from; empty when the path names one. */
      readonly choice: readonly string[];
    };

/** The files and folders that a release is read from, whether or not they exist. */
export function placeFiles(place: ReleasePlace): string[] {
  switch (place.kind) {
    case 'tarball':
      return [place.file];
    case 'unpacked':
      return ['release.MF', 'jobs', 'packages'].map((name) => path.join(place.folder, name));
    case 'checkout':
      return [place.index, 'config/final.yml', '.final_builds', '.dev_builds', ...OWN_BLOB_FOLDERS].map((name) =>
        path.join(place.folder, name),
      );
  }
}

const FOLDERS = ['releases', 'dev_releases'];

/**
 * Finds out what a path is: a tarball, a folder, or one of the `releases/*.yml` in a folder. Of several releases in a folder
 * takes the version `preferred`, else the newest.
 * Throws InvalidRelease for a folder without a release; passes on the file system's errors.
 */
export async function releasePlace(given: string, preferred: string): Promise<ReleasePlace> {
  const real = await realpath(given);
  const found = await stat(real);
  if (!found.isDirectory()) return /\.ya?ml$/.test(real) ? namedRelease(real) : { kind: 'tarball', file: real };
  if (await isFile(path.join(real, 'release.MF'))) return { kind: 'unpacked', folder: real };
  return chosenRelease(real, preferred);
}

function namedRelease(file: string): ReleasePlace {
  const segments = file.split(path.sep);
  const place = segments.findLastIndex((segment) => FOLDERS.includes(segment));
  if (place < 1) throw invalid(`${file} is not in a folder ${FOLDERS.join(' or ')} of a release`);
  const folder = segments.slice(0, place).join(path.sep) || path.sep;
  return { kind: 'checkout', folder, index: path.relative(folder, file), choice: [] };
}

async function chosenRelease(folder: string, preferred: string): Promise<ReleasePlace> {
  for (const name of FOLDERS) {
    const choice = await indexesIn(folder, name);
    const index = chooseRelease(choice, preferred);
    if (index !== undefined) return { kind: 'checkout', folder, index, choice };
  }
  throw invalid(`${folder} is no release: it has neither release.MF nor releases/NAME-VERSION.yml`);
}

/** In the folder itself, as older ones are, or in a folder per name; cf-release has a link there that points back. */
async function indexesIn(folder: string, name: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const inside = await readdir(path.join(folder, name), options).catch(() => []);
  const files = inside.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

const isFile = (file: string): Promise<boolean> =>
  lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );

const invalid = (message: string): InputError => new InputError('InvalidRelease', [{ pointer: '', message }]);

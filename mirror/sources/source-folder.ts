import { access, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A folder of source archives that the operator has put together. */
export interface SourceFolder {
  /** Path of the file, when it is there. */
  find(file: string): Promise<string | undefined>;
  /** The sha256 that the folder's SHA256SUMS states for the file: for archives whose digest no profile knows. */
  statedDigest(file: string): Promise<string | undefined>;
}

export const openSourceFolder = (directory: string): SourceFolder => ({
  find: (file) => {
    const place = path.join(directory, file);
    return access(place).then(
      () => place,
      () => undefined,
    );
  },
  statedDigest: async (file) => {
    const sums = await readFile(path.join(directory, 'SHA256SUMS'), 'utf8').catch(() => '');
    return parseSums(sums).get(file);
  },
});

/** Reads what sha256sum printed: digest, two characters, name. */
const parseSums = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, digest = '', file = '']) => [file, digest]));

/** The file of a package that names all others, as `sha256sum --check` reads it. */
export const MANIFEST = 'MANIFEST.sha256';

/** sha256 of each file by its path inside the package. */
export type Manifest = ReadonlyMap<string, string>;

const LINE = /^([0-9a-f]{64})  (.+)$/;

export const manifestText = (digests: Manifest): string =>
  [...digests]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, sha256]) => `${sha256}  ${path}\n`)
    .join('');

/** Undefined: it has a line that no manifest has. */
export function parseManifest(text: string): Manifest | undefined {
  const digests = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sha256, path] = LINE.exec(line) ?? [];
    if (sha256 === undefined || path === undefined) return undefined;
    digests.set(path, sha256);
  }
  return text.endsWith('\n') ? digests : undefined;
}

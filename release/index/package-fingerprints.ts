import { createHash } from 'node:crypto';

interface Built {
  readonly name: string;
  /** Changes with the package's own content alone. */
  readonly content: string;
  readonly dependencies: readonly string[];
}

/**
 * What each package compiles to depends on its content and on all it is built with: so does its fingerprint, 40 hex
 * digits as BOSH's own are. A package without dependencies keeps the fingerprint of its content.
 * Takes packages in building order, none without its dependencies.
 */
export function packageFingerprints(inOrder: readonly Built[]): Map<string, string> {
  const fingerprints = new Map<string, string>();
  for (const { name, content, dependencies } of inOrder) {
    const below = dependencies.toSorted().map((dependency) => `${dependency} ${fingerprints.get(dependency)}\n`);
    const combined = createHash('sha1').update([`${content}\n`, ...below].join(''));
    fingerprints.set(name, below.length === 0 ? content : combined.digest('hex'));
  }
  return fingerprints;
}

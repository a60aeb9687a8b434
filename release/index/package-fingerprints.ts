import { createHash } from 'node:crypto';

interface Built {
  readonly name: string;
  /** Changes only with the package's own content. */
  readonly content: string;
  readonly dependencies: readonly string[];
}

/**
 * A compiled package depends on its content and on everything it is built with, and so does its fingerprint: 40 hex digits, as
 * in BOSH. A package without dependencies keeps the fingerprint of its content. Takes packages in build order, with all their
 * dependencies.
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

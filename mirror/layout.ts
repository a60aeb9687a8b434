import path from 'node:path';

const NAME = /^[a-z0-9][a-z0-9.-]*$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The mirror's folders and files; names that could leave the root are refused with a RangeError. */
export function layoutOf(root: string) {
  return {
    blobs: path.join(root, 'blobs'),
    blob: (sha256: string) => path.join(root, 'blobs', checked(sha256, SHA256)),
    apt: path.join(root, 'apt'),
    aptKey: path.join(root, 'apt', 'key.gpg'),
    repository: (profile: string) => path.join(root, 'apt', checked(profile, NAME)),
    sources: (profile: string) => path.join(root, 'profiles', `${checked(profile, NAME)}.json`),
    compiled: (profile: string, key: string) =>
      path.join(root, 'compiled', checked(profile, NAME), `${encodeURIComponent(key)}.json`),
    release: (sha256: string) => path.join(root, 'releases', `${checked(sha256, SHA256)}.json`),
    /** Archives that failed, each with its reason: never served. */
    quarantine: path.join(root, 'quarantine'),
    defaultRelease: path.join(root, 'releases', 'default'),
    /** apt's own root, its downloads and the stamp of what was published: never served. */
    workshop: (profile: string) => path.join(root, 'build', checked(profile, NAME)),
    /** The private half of the repository's key: never served. */
    signingKey: path.join(root, 'build', 'signing-key.gpg'),
  };
}

export type Layout = ReturnType<typeof layoutOf>;

function checked(name: string, pattern: RegExp): string {
  if (!pattern.test(name)) throw new RangeError(`Not a name of the mirror: ${JSON.stringify(name)}`);
  return name;
}

import type { Problem } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import type { Missing } from '../index/release-contents.ts';
import type { IndexEntry } from '../index/release-index.ts';

/** For a release whose archives are beside its release.MF. */
export const nameMissingFiles = (missing: readonly Missing[]): Problem[] =>
  missing.map(({ kind, entry }) => ({
    pointer: jsonPointer([kind, entry.name]),
    message: `${kind}/${entry.name}.tgz is not in the release: ${identityOf(entry)}`,
  }));

/** What identifies one build of a job or package. */
export const identityOf = ({ version, sha1, fingerprint }: IndexEntry): string =>
  [`version ${version ?? 'unknown'}`, sha1 ? `sha1 ${sha1}` : `fingerprint ${fingerprint ?? 'unknown'}`].join(', ');

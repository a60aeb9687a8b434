import type { Problem } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import type { Kind, Missing, ReleaseContents, StoredArchive } from './release-contents.ts';
import type { IndexEntry, ReleaseIndex } from './release-index.ts';

export interface Allowed {
  /** Accepts packages without archive. */
  readonly missingPackages: boolean;
}

/** Mismatches between index and archives. */
export function indexMismatches(
  index: ReleaseIndex,
  contents: ReleaseContents,
  { missingPackages }: Allowed,
): Problem[] {
  const kinds: readonly Kind[] = ['jobs', 'packages'];
  const expected = missingPackages ? kinds.slice(0, 1) : kinds;
  return [
    ...kinds.flatMap((kind) => repeated(kind, index[kind])),
    ...kinds.flatMap((kind) => mismatched(kind, index[kind], contents[kind])),
    ...contents.nameMissing(expected.flatMap((kind) => missing(kind, index[kind], contents))),
    ...lackingPackages(index, contents),
  ];
}

const repeated = (kind: Kind, entries: readonly IndexEntry[]): Problem[] =>
  entries
    .filter(({ name }, place) => entries.findIndex((other) => other.name === name) !== place)
    .map(({ name }) => ({ pointer: jsonPointer([kind, name]), message: 'is in the index twice' }));

type Archives = ReadonlyMap<string, StoredArchive>;

const mismatched = (kind: Kind, entries: readonly IndexEntry[], archives: Archives): Problem[] =>
  entries.flatMap(({ name, sha1 }) => {
    const stored = archives.get(name);
    if (stored === undefined || sha1 === undefined || stored.sha1 === sha1) return [];
    const message = `${stored.from} has sha1 ${stored.sha1}, the index says ${sha1}`;
    return [{ pointer: jsonPointer([kind, name]), message }];
  });

/** A refused archive is already reported. */
function missing(kind: Kind, entries: readonly IndexEntry[], contents: ReleaseContents): Missing[] {
  const refused = new Set(contents.problems.map(({ pointer }) => pointer));
  return entries
    .filter(({ name }) => !contents[kind].has(name) && !refused.has(jsonPointer([kind, name])))
    .map((entry) => ({ kind, entry }));
}

/** Job archives that are not in the index are ignored. */
function lackingPackages(index: ReleaseIndex, { jobs }: ReleaseContents): Problem[] {
  const known = new Set(index.packages.map(({ name }) => name));
  return index.jobs.flatMap(({ name }) =>
    (jobs.get(name)?.content?.packages ?? [])
      .filter((needed) => !known.has(needed))
      .map((needed) => ({
        pointer: jsonPointer(['jobs', name]),
        message: `needs package ${needed}, which the release lacks`,
      })),
  );
}

import { posix } from 'node:path';

/** Symbolic links of an archive: path to target, as the archive has them. */
export type Links = ReadonlyMap<string, string>;

/** Linux gives up after this many links. */
const MOST_HOPS = 40;

/** A path inside the archive with its links resolved; undefined when it points outside or in circles. */
export function followLinks(path: string, links: Links): string | undefined {
  const reached: string[] = [];
  const ahead = path.split('/').toReversed();
  let hops = 0;
  for (let segment = ahead.pop(); segment !== undefined; segment = ahead.pop()) {
    if (segment === '..' && reached.pop() === undefined) return undefined;
    if (segment === '..' || segment === '.' || segment === '') continue;
    reached.push(segment);
    const target = links.get(reached.join('/'));
    if (target === undefined) continue;
    hops += 1;
    if (target.startsWith('/') || hops > MOST_HOPS) return undefined;
    reached.pop();
    ahead.push(...target.split('/').toReversed());
  }
  return reached.join('/');
}

/**
 * What is wrong with the links of an archive together: each may look harmless, but several of them, or an entry written through
 * one, may point outside the folder the archive is unpacked into.
 */
export function linkProblems(links: Links, paths: Iterable<string>): string[] {
  if (links.size === 0) return [];
  const out = [...links]
    .filter(([path]) => followLinks(path, links) === undefined)
    .map(
      ([path, target]) => `${quoted(path)} links to ${quoted(target)}, which leads out of the archive or in circles`,
    );
  const behind = [...paths].flatMap((path) => {
    const link = foldersOf(path).find((folder) => links.has(folder));
    return link === undefined ? [] : [`${quoted(path)} is reached through the link ${quoted(link)}`];
  });
  return [...out, ...behind];
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder))
    folders.push(folder);
  return folders;
}

const quoted = (text: string): string => JSON.stringify(text);

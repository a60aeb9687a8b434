import { posix } from 'node:path';

/** Symbolic links of an archive: path to target, as the archive has them. */
export type Links = ReadonlyMap<string, string>;

/** As many as Linux follows before it calls it a circle. */
const MOST_HOPS = 40;

/** Where a path inside the archive leads once its links are followed; undefined when out of it or round in circles. */
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
 * What is wrong with the links of an archive as a whole: each may look harmless where several of them together, or an
 * entry that lies behind one, lead out of the folder the archive is unpacked into.
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
    return link === undefined ? [] : [`${quoted(path)} lies behind the link ${quoted(link)}`];
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

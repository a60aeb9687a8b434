import { DeploymentEngineError } from '../../domain/errors.ts';
import { diskFull, type FullFileSystem } from '../../domain/node/disk-full.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

type Words = readonly (string | undefined)[];

const number = (word: string | undefined): number | undefined =>
  word === undefined || word === '-' ? undefined : Number(word);

/** `FREE-KIB TOTAL-KIB FREE-INODES MOUNT`, `-` for what does not matter. */
export const fullFileSystem = ([free, total, inodes, ...mount]: Words): FullFileSystem => ({
  mount: mount.join(' '),
  freeKiB: number(free),
  totalKiB: number(total),
  freeInodes: number(inodes),
});

/** Less than this counts as full: the smallest write needs some blocks. */
const FEW_KIB = 64;

/** What the runner could not write, from its answer `STATE FREE-KIB TOTAL-KIB FREE-INODES MOUNT PATH`. */
export function unwritable(node: string, [state, free, total, inodes, mount = '', path = '']: Words): Error {
  const system = fullFileSystem([free, total, inodes, mount]);
  if (state === 'missing')
    return unfit(
      node,
      phrase('has no {path}: secrets are kept in memory there. Mount it: mount -t tmpfs tmpfs {path}', { path }),
      path,
    );
  if (state === 'disk')
    return unfit(
      node,
      phrase('has a {path} that is not in memory: secrets must not touch a disk. Mount a tmpfs there', { path }),
      path,
    );
  if (state === 'ro')
    return unfit(
      node,
      phrase('cannot write {path}: {mount} is read-only. See dmesg; remount it read-write', { path, mount }),
      path,
    );
  if (system.freeInodes === 0 || (system.freeKiB ?? 0) < FEW_KIB)
    return diskFull(node, [system], `cannot write ${path}`);
  return unfit(
    node,
    phrase('cannot write {path}, although {mount} is neither full nor read-only. See dmesg', { path, mount }),
    path,
  );
}

const unfit = (node: string, what: Text, path: string): DeploymentEngineError =>
  new DeploymentEngineError('NodeUnfit', phrase('{node} {what}', { node, what }), { details: { node, path } });

import { DeploymentEngineError } from '../errors.ts';
import { joined } from '../text/joined.ts';
import { phrase, type Text } from '../text/text.ts';

/** A file system without room, in KiB; undefined where it is its inodes that are used up, and the other way round. */
export interface FullFileSystem {
  readonly mount: string;
  readonly freeKiB: number | undefined;
  readonly totalKiB: number | undefined;
  readonly freeInodes: number | undefined;
}

/** `failed` says how it went. */
export function diskFull(
  node: string,
  [first, ...others]: readonly [FullFileSystem, ...FullFileSystem[]],
  failed: Text,
): DeploymentEngineError {
  const full = joined(
    [first, ...others].map((system) =>
      phrase('{mount} on {node} is full: {room}', { mount: system.mount, node, room: room(system) }),
    ),
  );
  return new DeploymentEngineError('DiskFull', phrase('{full}. Free some space there ({failed})', { full, failed }), {
    details: { node, ...first },
  });
}

const room = ({ freeKiB, totalKiB, freeInodes }: FullFileSystem): Text =>
  freeInodes === 0 || freeKiB === undefined
    ? phrase('{count} inodes free', { count: freeInodes ?? 0 })
    : phrase('{free} KiB of {total} KiB free', { free: freeKiB, total: (totalKiB ?? 0).toLocaleString('en') });

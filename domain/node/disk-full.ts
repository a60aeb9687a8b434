import { DeploymentEngineError } from '../errors.ts';

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
  failed: string,
): DeploymentEngineError {
  const full = [first, ...others].map((system) => `${system.mount} on ${node} is full: ${room(system)}`).join('; ');
  return new DeploymentEngineError('DiskFull', `${full}. Free some space there (${failed})`, {
    details: { node, ...first },
  });
}

const room = ({ freeKiB, totalKiB, freeInodes }: FullFileSystem): string =>
  freeInodes === 0 || freeKiB === undefined
    ? `${freeInodes ?? 0} inodes free`
    : `${freeKiB} KiB of ${(totalKiB ?? 0).toLocaleString('en')} KiB free`;

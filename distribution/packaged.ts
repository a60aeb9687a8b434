import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST } from './manifest.ts';

/** The folder that this engine runs from. */
export const ENGINE_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/**
 * Whether the engine was unpacked from a package rather than checked out. Its package.json also says so, because a package that
 * has lost its manifest is damaged, not a checkout.
 */
export function isPackaged(folder = ENGINE_FOLDER): boolean {
  return existsSync(join(folder, MANIFEST)) || packagedCommit(folder) !== undefined;
}

/** The commit the package was built from; undefined for a checkout. */
export function packagedCommit(folder = ENGINE_FOLDER): string | undefined {
  try {
    const { packagedCommit: commit } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Described;
    return typeof commit === 'string' ? commit : undefined;
  } catch {
    return undefined;
  }
}

interface Described {
  readonly packagedCommit?: unknown;
}

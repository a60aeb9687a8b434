import { statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { cacheDirOf } from '../domain/schemas/cache-dir.ts';
import type { Environment } from '../domain/schemas/settings.ts';

/**
 * Has Node keep what it compiles, for this process and those that it starts: a command's programs take longer to compile
 * than to run. Only in a cache that is there and ours, so that root leaves nothing in the folders of others.
 */
export function keepCompiled(env: Environment & { NODE_COMPILE_CACHE?: string }): void {
  const cacheDir = cacheDirOf(env);
  if (statSync(cacheDir, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return;
  env.NODE_COMPILE_CACHE ??= path.resolve(cacheDir, 'node');
  enableCompileCache(env.NODE_COMPILE_CACHE);
}

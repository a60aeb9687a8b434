import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import type { Store } from '../../store/store.ts';
import type { Open, Options } from './drivers.ts';

export { DRIVERS, openSqlite } from './drivers.ts';

/** Folders that are gone after each test. */
export function useFolders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    made.push(folder);
    return folder;
  };
}

/** Opens stores, each in a folder of its own unless told otherwise, that are closed after each test. */
export function useStores(open: Open): (options?: Options & { dataDir?: string }) => Promise<Store> {
  const opened: Store[] = [];
  // Registered after the folders' hook, so it runs before it.
  const folder = useFolders();
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  return async ({ dataDir = folder(), ...options } = {}) => {
    const store = await open(dataDir, options);
    opened.push(store);
    return store;
  };
}

/** Waits until the claim holds; generous, for a machine that is busy with other things. */
export const eventually = (claim: () => unknown): Promise<unknown> =>
  vi.waitFor(claim, { timeout: 100_000, interval: 20 });

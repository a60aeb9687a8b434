import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findTemporal } from '../../../server/temporal/temporal-binary.ts';

// The real program: 45 MB from wherever this machine can get them.
it('is fetched into the cache by two at once, runs, and is fetched again when it was changed', async () => {
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'temporal-test-'));
  onTestFinished(() => rm(cacheDir, { recursive: true }));
  const cached = path.join(cacheDir, 'temporal', '1.9.1', 'temporal');

  const both = await Promise.all([findTemporal({ cacheDir }), findTemporal({ cacheDir })]);
  expect(both.map((found) => found.path)).toEqual([cached, cached]);
  expect(spawnSync(cached, ['--version'], { encoding: 'utf8' }).stdout).toContain(`Server ${both[0].version}`);
  expect((await readdir(path.dirname(cached))).toSorted()).toEqual(['temporal', 'temporal.verified']);
  expect((await findTemporal({ cacheDir })).from).toBe('the cache');

  await appendFile(cached, 'x');
  expect((await findTemporal({ cacheDir })).from).not.toBe('the cache');
  expect((await findTemporal({ cacheDir })).from).toBe('the cache');
});

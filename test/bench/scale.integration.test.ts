import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, '../../bench/main.ts');

// The thousands are the proof `scale`.
it('deploys to 30 simulated nodes, then finds nothing to change', { timeout: 600_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH, 'scale', '--nodes', '30'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/^first deploy, 30 nodes /m);
  expect(stdout).toMatch(/^no change, 30 nodes /m);
  // One of the cluster, and two of each node.
  expect(stdout).toMatch(/^longest of 61 histories .* holds/m);
  expect(stdout).toMatch(/^largest of them .* holds/m);
});

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, '../../bench/main.ts');

it.each([1000, 5000])('%i simulated nodes hold every goal', { timeout: 2 * 3_600_000 }, (nodes) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH, 'scale', '--nodes', String(nodes)], {
    encoding: 'utf8',
  });
  console.log(stdout);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout.split('\n').filter((line) => line.includes('MISSED'))).toEqual([]);
});

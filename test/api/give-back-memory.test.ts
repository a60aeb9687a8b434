import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { programCommand } from '../../server/engine-programs.ts';

it('gives back what a large answer has used, although something is asked all the time', async () => {
  const [node, ...options] = programCommand('api').slice(0, -1);
  const program = join(import.meta.dirname, 'programs/large-answer.ts');
  const { stdout } = await promisify(execFile)(node ?? '', [...options, program], { timeout: 100_000 });
  const { before, after } = JSON.parse(stdout) as { before: number; after: number };
  expect(after).toBeLessThan(before - 70);
}, 120_000);

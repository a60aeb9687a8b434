import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, '../../worker/bundle-workflows.ts');
/** Becomes a process whose id another one has had, whose file is there. */
const SAME_ID = 'echo "of another" >"$2.$$"; echo $$; exec "$0" "$1" "$2" en';

const folder = temporaryFolder();
const bundle = join(folder, 'workflows.js');
const [old, young] = ['.unfinished-old', '.unfinished-young'].map((name) => join(folder, name)) as [string, string];
let pid: string;

beforeAll(() => {
  for (const file of [old, young]) writeFileSync(file, 'half of a bundle');
  const before = Date.now() / 1000 - 25 * 3600;
  utimesSync(old, before, before);
  pid = execFileSync('sh', ['-c', SAME_ID, process.execPath, PROGRAM, bundle], { encoding: 'utf8' }).trim();
});

it('leaves alone what another container writes under the same process id', () => {
  expect(readFileSync(`${bundle}.${pid}`, 'utf8')).toBe('of another\n');
  expect(readFileSync(bundle, 'utf8')).toContain('deployCluster');
});

it('takes away what a killed worker left a day ago, and nothing that may still be written', () => {
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

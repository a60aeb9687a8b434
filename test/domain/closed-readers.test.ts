import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../server/commands.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every program that people start and that prints. */
const PROGRAMS: readonly (readonly string[])[] = [
  ...Object.keys(COMMANDS).map((name) => ['server/call-command.ts', name, '--help']),
  ...['activation/issue', 'bench', 'distribution/build', 'sample/demo'].map((folder) => [
    `${folder}/main.ts`,
    '--help',
  ]),
  ['mirror/build.ts', '--help'],
  ['sample/build-release.ts', '--help'],
  ['test/proof.ts', 'list'],
];

it.each(PROGRAMS)('%s %s ends in peace when nobody reads what it says', async (...words) => {
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  expect([code, stderr]).toEqual([0, '']);
});

it.each(['activate', 'plan', 'render', 'token'])('npm run %s is the same command', async (name) => {
  const { default: described } = (await import('../../package.json', { with: { type: 'json' } })) as {
    default: { scripts: Record<string, string> };
  };
  expect(described.scripts[name]).toBe(`node server/call-command.ts ${name}`);
});

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { expect, it } from 'vitest';

const PINO = createRequire(import.meta.url).resolve('pino');
const LOSSY = new URL('../../../domain/own-machine/lossy-lines.ts', import.meta.url).href;

/** A program that logs where nothing can be written. */
const onFullDisk = (logger: string) => {
  const full = openSync('/dev/full', 'w');
  const program = `
    import { writeSync } from 'node:fs';
    import pino from '${PINO}';
    import { lossyLines } from '${LOSSY}';
    const log = ${logger};
    log.info('one');
    setTimeout(() => { log.info('two'); process.stderr.write('goes on\\n'); process.exit(0); }, 50);`;
  try {
    return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
      timeout: 20_000,
    });
  } finally {
    closeSync(full);
  }
};

it('lets a program go on whose log cannot be written', () => {
  const { status, stderr } = onFullDisk('pino({}, lossyLines((line) => writeSync(1, line)))');
  expect([status, stderr]).toEqual([0, 'goes on\n']);
});

import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { keepFile } from '../../rendering/kept-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a kept file', () => {
  it('is replaced as a whole, in folders that are made', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'cache', 'rendering', 'ruby');
    await keepFile(file, Buffer.from('one'));
    await keepFile(file, Buffer.from('two'));
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'cache', 'rendering'))).toEqual(['ruby']);
  });

  it('is left out where it cannot be', async () => {
    const file = join(temporaryFolder(), 'file');
    await keepFile(file, Buffer.from('one'));
    await keepFile(join(file, 'rendering', 'ruby'), Buffer.from('two'));
    expect(readFileSync(file, 'utf8')).toBe('one');
  });

  it.runIf(process.getuid?.() === 0)('is not put into a folder of somebody else (needs root)', async () => {
    const folder = temporaryFolder();
    chownSync(folder, 65_534, 65_534);
    chmodSync(folder, 0o777);
    await keepFile(join(folder, 'rendering', 'ruby'), Buffer.from('one'));
    expect(readdirSync(folder)).toEqual([]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPackaged, packagedCommit } from '../../distribution/packaged.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('whether an engine was packaged', () => {
  it('a checkout was not', () => {
    expect(isPackaged()).toBe(false);
    expect(packagedCommit()).toBeUndefined();
  });

  it('a folder with a manifest was', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'MANIFEST.sha256'), '');
    expect(isPackaged(folder)).toBe(true);
  });

  it('a package that has lost its manifest was', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'package.json'), '{"packagedCommit": "0123abc"}');
    expect(isPackaged(folder)).toBe(true);
  });

  it('a folder with neither was not', () => expect(isPackaged(temporaryFolder())).toBe(false));
});

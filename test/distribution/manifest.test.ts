import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestText, parseManifest } from '../../distribution/manifest.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const DIGESTS = new Map([
  ['b with a space', sha256('b')],
  ['a', sha256('a')],
]);

describe('the manifest of a package', () => {
  it('is read by sha256sum', () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) writeFileSync(join(folder, name === 'b' ? 'b with a space' : name), name);
    const input = manifestText(DIGESTS);
    expect(execFileSync('sha256sum', ['--check', '--strict'], { cwd: folder, input, encoding: 'utf8' })).toBe(
      'a: OK\nb with a space: OK\n',
    );
  });

  it('names its files in one order', () =>
    expect(manifestText(DIGESTS)).toBe(manifestText(new Map([...DIGESTS].toReversed()))));

  it('is read back', () => expect(parseManifest(manifestText(DIGESTS))).toEqual(DIGESTS));

  it.each([
    ['cut off', manifestText(DIGESTS).slice(0, -1)],
    ['emptied', ''],
    ['another file', 'not a manifest\n'],
    ['a digest too short', 'abc  file\n'],
  ])('is not believed when %s', (_, text) => expect(parseManifest(text)).toBeUndefined());
});

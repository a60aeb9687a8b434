import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { artefactProblem } from '../../mirror/inspect-artefact.ts';
import { artefact } from './artefact.ts';

const file = (name: string) => ({ name, type: 'file', content: 'content' }) as const;
const problemOf = (content: Buffer) => artefactProblem(Readable.from([content]));

describe('an archive that a node built', () => {
  it('is fit with files, folders and links of its own', async () => {
    const content = await artefact(
      { name: './', type: 'directory' },
      file('./bin/nats'),
      { name: './lib', type: 'symlink', linkname: '/var/vcap/packages/common/lib' },
      { name: './bin/natsd', type: 'link', linkname: './bin/nats' },
    );
    expect(await problemOf(content)).toBeUndefined();
  });

  it.each([
    ['a file above it', [file('../x')], '"../x" leads out of it'],
    ['a file from the root', [file('/etc/passwd')], '"/etc/passwd" leads out of it'],
    [
      'a hard link out',
      [{ name: 'x', type: 'link', linkname: '/etc/shadow' }],
      '"x" is a link to /etc/shadow, outside of it',
    ],
    ['a device', [{ name: 'x', type: 'block-device' }], '"x" is a block-device'],
    [
      'a file written through a link',
      [{ name: 'a', type: 'symlink', linkname: '/etc' }, file('a/b/passwd')],
      '"a/b/passwd" is written through a link',
    ],
    ['nothing', [{ name: './', type: 'directory' }], 'it holds no file'],
  ] as const)('is not with %s', async (_case, entries, problem) => {
    expect(await problemOf(await artefact(...entries))).toBe(problem);
  });

  it.each([
    ['is cut off', (whole: Buffer) => whole.subarray(0, whole.length - 12)],
    ['is damaged', (whole: Buffer) => Buffer.concat([whole.subarray(0, 40), Buffer.alloc(20), whole.subarray(60)])],
    ['is no archive', () => Buffer.from('<html>')],
    ['is empty', () => Buffer.alloc(0)],
  ])('is not when it %s', async (_case, harm) => {
    const whole = await artefact(file('bin/nats'), file('bin/natsd'));
    expect(await problemOf(harm(whole))).toMatch(/cannot be read|holds no file/);
  });
});

import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readForRendering } from '../../rendering/read-for-rendering.ts';
import { tarball, temporaryFolder, writeTarball } from '../release/release-tarball.ts';

const releaseWith = async (template: string): Promise<string> =>
  writeTarball({
    'release.MF': '{name: cf, version: 170, jobs: [{name: nats}], packages: []}',
    'jobs/nats.tgz': await tarball({
      'job.MF': '{name: nats, templates: {a.erb: a}, properties: {b: {default: 1}}, packages: []}',
      monit: 'check process nats with pidfile /nats',
      'templates/a.erb': template,
    }),
  });

describe('a release that is read to be rendered', () => {
  let kept: string;
  beforeEach(async () => {
    kept = join(await temporaryFolder(), 'rendering', 'release');
  });

  /** Another one with each reading of the tarball itself. */
  const keptFile = async (): Promise<number> => (await stat(kept)).ino;
  const templateOf = async (file: string) => (await readForRendering(file, kept)).texts['nats']?.['templates/a.erb'];

  it('is taken from the cache the next time', async () => {
    const file = await releaseWith('<%= index %>');
    const first = await readForRendering(file, kept);
    const before = await keptFile();
    const again = await readForRendering(file, kept);
    expect(again).toEqual(first);
    expect(again).toMatchObject({
      release: { name: 'cf', version: '170', from: file, jobs: { nats: { properties: { b: { default: 1 } } } } },
      texts: { nats: { 'templates/a.erb': '<%= index %>' } },
    });
    expect(await keptFile()).toBe(before);
  });

  it('is where the caller says', async () => {
    const file = await releaseWith('x');
    await readForRendering(file, kept);
    const copy = join(await temporaryFolder(), 'copy.tgz');
    await copyFile(file, copy);
    expect((await readForRendering(copy, kept)).release.from).toBe(copy);
  });

  it('is read anew when the tarball is another', async () => {
    const [one, other] = [await releaseWith('1'), await releaseWith('2')];
    expect([await templateOf(one), await templateOf(other), await templateOf(one)]).toEqual(['1', '2', '1']);
    await copyFile(other, one);
    expect(await templateOf(one)).toBe('2');
  });

  it('is read anew when what is kept is damaged or of other code', async () => {
    const file = await releaseWith('x');
    await readForRendering(file, kept);
    const whole = await readFile(kept);
    for (const place of [0, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      await writeFile(kept, damaged);
      expect(await templateOf(file)).toBe('x');
      expect((await readFile(kept)).equals(whole)).toBe(true);
    }
  });

  it('is refused as ever when it is none', async () => {
    const file = await releaseWith('x');
    await readForRendering(file, kept);
    await writeFile(file, '');
    await expect(readForRendering(file, kept)).rejects.toMatchObject({ code: 'InvalidRelease' });
  });
});

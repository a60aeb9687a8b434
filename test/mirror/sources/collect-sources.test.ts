import { createHash } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { BuildPart, Source, SourceBuild } from '../../../domain/profiles/source-build.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { collectSources } from '../../../mirror/sources/collect-sources.ts';
import { openSourceFolder } from '../../../mirror/sources/source-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const URL = 'https://publisher.example/';

/** A profile made of these sources; one that is named without a text has no known digest. */
function profileOf(sources: Readonly<Record<string, string | undefined>>) {
  const parts = Object.entries(sources).map(([file, text]): BuildPart => {
    const sha256 = text === undefined ? undefined : digestOf(text);
    return { source: { file, sha256, from: { url: `${URL}${file}` } }, how: 'configure', flags: [] };
  });
  const build: SourceBuild = { name: 'ruby', version: '1', parts, programs: [], proof: [] };
  return { name: 'ubuntu-12.04', builds: [build] };
}

/** A mirror, a folder of the operator's, and a publisher who has these files. */
async function places(published: Readonly<Record<string, string>> = {}) {
  const root = await temporaryFolder();
  const folder = path.join(root, 'given');
  const downloads = path.join(root, 'downloads');
  await Promise.all([folder, downloads].map((each) => mkdir(each)));
  const asked: string[] = [];
  return {
    mirror: openMirror(path.join(root, 'mirror')),
    asked,
    give: (file: string, text: string) => writeFile(path.join(folder, file), text),
    places: {
      folder: openSourceFolder(folder),
      fetch: async ({ file }: Source) => {
        asked.push(file);
        const text = published[file];
        if (text === undefined)
          throw new DeploymentEngineError('EnvironmentLacking', `${URL}${file} cannot be downloaded (ENOTFOUND)`);
        await writeFile(path.join(downloads, file), text);
        return path.join(downloads, file);
      },
    },
  };
}

describe('the sources of a profile', () => {
  const profile = profileOf({ 'yaml.tar.gz': 'yaml', 'ruby.tar.gz': 'ruby' });

  it('come from the folder that is named, else from their publisher, and then are not asked for again', async () => {
    const { mirror, asked, give, places: where } = await places({ 'ruby.tar.gz': 'ruby' });
    await give('yaml.tar.gz', 'yaml');
    const { sources, changed, lacking } = await collectSources(mirror, profile, where);
    expect([changed, lacking, asked]).toEqual([true, [], ['ruby.tar.gz']]);
    expect(sources).toEqual([
      { file: 'yaml.tar.gz', sha256: digestOf('yaml'), size: 4 },
      { file: 'ruby.tar.gz', sha256: digestOf('ruby'), size: 4 },
    ]);

    await mirror.saveSources(profile.name, sources);
    expect(await collectSources(mirror, profile, where)).toEqual({ sources, changed: false, lacking: [] });
    expect(asked).toHaveLength(1);
  });

  it('that are not to be had are named all at once, each with what it must be', async () => {
    const { mirror, give, places: where } = await places();
    await give('yaml.tar.gz', 'something else');
    const { lacking } = await collectSources(mirror, profile, where);
    expect(lacking).toEqual([
      expect.stringMatching(
        `^yaml.tar.gz: .*/given/yaml.tar.gz has sha256 ${digestOf('something else')}. .* its sha256 must be ${digestOf('yaml')}$`,
      ),
      `ruby.tar.gz: ${URL}ruby.tar.gz cannot be downloaded (ENOTFOUND). ` +
        `Put the file into a folder and name it with --sources; its sha256 must be ${digestOf('ruby')}`,
    ]);
    expect(await mirror.hasBlob(digestOf('something else'))).toBe(false);
  });

  it('that another profile brought are taken as they are', async () => {
    const { mirror, asked, places: where } = await places();
    for (const text of ['yaml', 'ruby']) await mirror.addBlob(Buffer.from(text));
    expect(await collectSources(mirror, profile, where)).toMatchObject({ changed: true, lacking: [] });
    expect(asked).toEqual([]);
  });

  it('count as absent when one of them was damaged', async () => {
    const { mirror, places: where } = await places({ 'yaml.tar.gz': 'yaml', 'ruby.tar.gz': 'ruby' });
    const { sources } = await collectSources(mirror, profile, where);
    await mirror.saveSources(profile.name, sources);
    await truncate(mirror.blobPath(digestOf('ruby')), 1);
    expect(
      await openMirror(path.dirname(path.dirname(mirror.blobPath(digestOf('ruby'))))).sources(profile.name),
    ).toBeUndefined();
  });
});

describe('a source that no profile knows the digest of', () => {
  const profile = profileOf({ 'rubygems.tgz': undefined });

  it('is not downloaded: whoever provides it states what it must be', async () => {
    const { mirror, asked, give, places: where } = await places({ 'rubygems.tgz': 'gems' });
    await give('rubygems.tgz', 'gems');
    expect((await collectSources(mirror, profile, where)).lacking).toEqual([
      expect.stringMatching(`^rubygems.tgz: .*${URL}rubygems.tgz.*SHA256SUMS.*--sources$`),
    ]);
    expect(asked).toEqual([]);
  });

  it('is taken when it is what was stated, and kept', async () => {
    const { mirror, give, places: where } = await places();
    await give('rubygems.tgz', 'gems');
    await give('SHA256SUMS', `${digestOf('gems')}  rubygems.tgz\n`);
    const { sources } = await collectSources(mirror, profile, where);
    expect(sources).toEqual([{ file: 'rubygems.tgz', sha256: digestOf('gems'), size: 4 }]);
    await mirror.saveSources(profile.name, sources);
    expect(await collectSources(mirror, profile, { ...where, folder: undefined })).toMatchObject({
      lacking: [],
      sources,
    });
  });

  it('is refused when it is not', async () => {
    const { mirror, give, places: where } = await places();
    await give('rubygems.tgz', 'changed');
    await give('SHA256SUMS', `${digestOf('gems')} *rubygems.tgz\n`);
    expect((await collectSources(mirror, profile, where)).lacking).toEqual([
      expect.stringContaining(`its sha256 must be ${digestOf('gems')}`),
    ]);
  });
});

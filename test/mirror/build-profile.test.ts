import { createServer } from 'node:http';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ubuntu1204 } from '../../domain/profiles/ubuntu-12.04.ts';
import { buildProfile } from '../../mirror/build-profile.ts';
import { layoutOf } from '../../mirror/layout.ts';
import { openMirror } from '../../mirror/mirror.ts';
import { served } from '../activities/blob-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

it('names everything that a machine of another kind lacks for a profile, and leaves nothing half-done', async () => {
  const url = await served(createServer((_request, response) => response.writeHead(404).end()));
  const builds = ubuntu1204.builds.map((build) => ({
    ...build,
    parts: build.parts.map((part) => ({
      ...part,
      source: { ...part.source, from: { url: `${url}/${part.source.file}` } },
    })),
  }));
  const root = await temporaryFolder();
  const layout = layoutOf(root);
  const profile = { ...ubuntu1204, builds, archive: { ...ubuntu1204.archive, distribution: 'no-such-distribution' } };
  const refused = buildProfile(openMirror(root), layout, profile, { archive: undefined, sources: undefined });
  await expect(refused).rejects.toMatchObject({
    code: 'EnvironmentLacking',
    details: {
      lacking: [
        expect.stringContaining(`yaml-0.1.4.tar.gz: ${url}/yaml-0.1.4.tar.gz cannot be downloaded (HTTP 404)`),
        expect.stringContaining('ruby-1.9.3-p448.tar.gz: '),
        expect.stringContaining('rubygems-1.8.17.tgz: no public record of its sha256'),
        expect.stringContaining('monit-5.2.4.tar.gz: '),
        expect.stringContaining('--archive URL'),
      ] as string[],
    },
  });
  expect(await readdir(path.join(root, 'build', profile.name))).toEqual([]);
  expect((await readdir(root)).toSorted()).toEqual(['build']);
});

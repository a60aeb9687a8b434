import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { unpackMonit } from '../../mirror/build-monit.ts';
import { layoutOf } from '../../mirror/layout.ts';
import { monitProgram } from '../../release/monit/monit-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;

/** A mirror whose profile `p` has this package. */
function mirror() {
  const root = temporaryFolder();
  const layout = layoutOf(root);
  mkdirSync(layout.repository('p'), { recursive: true });
  return { root, layout, unpack: () => unpackMonit(layout, root, 'p') };
}

function publish(folder: string, version: string): void {
  const tree = temporaryFolder();
  mkdirSync(path.join(tree, 'DEBIAN'));
  mkdirSync(path.join(tree, 'usr/bin'), { recursive: true });
  const control = { Package: 'monit', Version: version, Architecture: 'all', Maintainer: 'n <n@n>', Description: 'd' };
  const lines = Object.entries(control).map(([key, value]) => `${key}: ${value}\n`);
  writeFileSync(path.join(tree, 'DEBIAN/control'), lines.join(''));
  writeFileSync(path.join(tree, 'usr/bin/monit'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  const deb = path.join(folder, `monit_${version}_all.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', tree, deb]);
  utimesSync(deb, 1, 1);
}

it.skipIf(!hasDpkg)('unpacks the mirrored monit once, and nothing else of its package', async () => {
  const { root, layout, unpack } = mirror();
  publish(layout.repository('p'), '5.33');
  expect(await unpack()).toBe('monit_5.33_all.deb');
  const program = monitProgram(root, 'p');
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('5.33\n');
  expect(readdirSync(path.dirname(program))).toEqual(['monit']);
  const first = statSync(program).ino;
  await unpack();
  expect(statSync(program).ino).toBe(first);
});

it.skipIf(!hasDpkg)('unpacks it again when the mirror has a newer package', async () => {
  const { root, layout, unpack } = mirror();
  publish(layout.repository('p'), '5.33');
  await unpack();
  utimesSync(monitProgram(root, 'p'), 0, 0);
  await unpack();
  expect(readFileSync(monitProgram(root, 'p'), 'utf8')).toContain('5.33');
  expect(statSync(monitProgram(root, 'p')).mtimeMs).toBeGreaterThan(1000);
});

it('says when the profile mirrors none', async () => {
  expect(await mirror().unpack()).toBeUndefined();
});

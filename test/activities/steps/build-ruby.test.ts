import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { treeDigest } from '../../../activities/checks/tree-digests.ts';
import { markerOf, prefixOf, sourceBuildKey } from '../../../activities/packages/source-build.ts';
import { buildRuby } from '../../../activities/steps/build-ruby.ts';
import type { SourceBuild } from '../../../domain/profiles/source-build.ts';
import { ubuntu1204 } from '../../../domain/profiles/ubuntu-12.04.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { factsOf, run } from '../shell.ts';

const { profile } = nodeContext();
const step = buildRuby({ profile });
const [ruby] = profile.builds as [SourceBuild];
const LINK = 'usrBinRuby=yes\n';

describe('ruby', () => {
  it.each([
    ['is there and intact', `build=ruby intact\n${LINK}`, []],
    ['is not there', LINK, ['no ruby 3.1.2 of ours']],
    ['was changed', `build=ruby files have changed\n${LINK}`, ['ruby: files have changed']],
    ['is not the one in use', `build=ruby another one is in use\n${LINK}`, ['ruby: another one is in use']],
    ['is not where scripts look for it', 'build=ruby intact\n', ['no /usr/bin/ruby']],
  ])('%s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('is made with monit where the system has none that serves', () => {
    const known = ubuntu1204.builds.map((build) => ({
      ...build,
      parts: build.parts.map((part) => ({ ...part, source: { ...part.source, sha256: '0'.repeat(64) } })),
    }));
    const old = buildRuby({ profile: { ...ubuntu1204, builds: known } });
    expect(reasonsFor(old, LINK)).toEqual(['no ruby 1.9.3-p448 of ours', 'no monit 5.2.4 of ours']);
  });

  it('waits for a mirror that was filled for its system', () => {
    expect(() => reasonsFor(buildRuby({ profile: ubuntu1204 }), LINK)).toThrow(
      './local_build.sh --profile ubuntu-12.04',
    );
  });
});

describe('its check', () => {
  const root = temporaryFolder();
  const look = () => factsOf(step, { root }).states.get('ruby');
  const prefix = join(root, prefixOf(ruby));

  it('finds no ruby, then one that is not in use or was changed since', () => {
    expect(look()).toBeUndefined();
    mkdirSync(join(prefix, 'bin'), { recursive: true });
    writeFileSync(join(prefix, 'bin/ruby'), 'ruby');
    writeFileSync(join(root, markerOf(ruby)), `${sourceBuildKey(ruby)} ${run(treeDigest(prefix)).stdout}`);
    expect(look()).toBe('another one is in use');
    mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
    symlinkSync(join(prefix, 'bin/ruby'), join(root, 'usr/local/bin/ruby'));
    expect(look()).toBe('intact');
    chmodSync(join(prefix, 'bin/ruby'), 0o700);
    expect(look()).toBe('files have changed');
  });
});

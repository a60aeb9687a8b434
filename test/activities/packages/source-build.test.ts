import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markerOf, prefixOf, sourceBuildAct, sourceBuildKey } from '../../../activities/packages/source-build.ts';
import type { BuildPart, SourceBuild } from '../../../domain/profiles/source-build.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { runChange } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const { profile } = nodeContext();

const part = (file: string, how: BuildPart['how'], flags: readonly string[] = []): BuildPart => ({
  source: { file, sha256: '1'.repeat(64), from: { url: '' } },
  how,
  flags,
});
const BUILD: SourceBuild = {
  name: 'ruby',
  version: '1.9.3',
  parts: [
    part('yaml.tar.gz', 'configure'),
    part('ruby.tar.gz', 'configure', ['--with-opt-dir=PREFIX']),
    part('rubygems.tgz', 'setup.rb', ['--no-ri']),
  ],
  programs: ['ruby', 'rake'],
  proof: ['ruby', '-e', 'puts 1'],
};

/** A node with the sources of the build, each a small archive that installs one program. */
function builder() {
  const root = temporaryFolder();
  const work = join(root, 'var/lib/deployment-engine/work/ruby');
  mkdirSync(work, { recursive: true });
  const source = (file: string, files: Readonly<Record<string, string>>): void => {
    const folder = join(temporaryFolder(), 'top');
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
    }
    execFileSync('tar', ['-czf', join(work, file), '-C', join(folder, '..'), 'top']);
  };
  // Installs itself as bin/NAME: a script that prints what it was configured with and what it is asked.
  const configure = (name: string): string => `#!/bin/sh
prefix=$(printf '%s\\n' "$@" | sed -n 's/^--prefix=//p')
printf '#!/bin/sh\\necho "%s" "$@"\\n' "${name} $*" >program
printf 'all:\\n\\ninstall:\\n\\tinstall -D -m 755 program %s/bin/${name}\\n' "$prefix" >Makefile
`;
  source('yaml.tar.gz', { configure: configure('yaml') });
  source('ruby.tar.gz', { configure: configure('ruby') });
  source('rubygems.tgz', { 'setup.rb': '' });
  return { root, work, source, prefix: join(root, prefixOf(BUILD)) };
}

const act = sourceBuildAct(profile, BUILD);
const stand = { ldconfig: '', ln: 'echo "ln $*"' };

describe('a build from source', () => {
  it('is named by all that goes into it', () => {
    const [yaml, ruby, gems] = BUILD.parts as [BuildPart, BuildPart, BuildPart];
    const others: SourceBuild[] = [
      { ...BUILD, version: '1.9.4' },
      { ...BUILD, parts: [ruby, yaml, gems] },
      { ...BUILD, parts: [yaml, { ...ruby, flags: [] }, gems] },
      { ...BUILD, parts: [yaml, { ...ruby, source: { ...ruby.source, sha256: '2'.repeat(64) } }, gems] },
    ];
    const keys = [BUILD, ...others].map(sourceBuildKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(sourceBuildKey(BUILD)).toMatch(/^ruby\/1\.9\.3\/[0-9a-f]{16}$/);
    expect(new Set([BUILD, ...others].map((build) => sourceBuildAct(profile, build).archive)).size).toBe(keys.length);
  });

  it('is compiled with the toolchain and the sources that the profile names', () => {
    expect(act).toMatchObject({ profile: 'debian-12', key: sourceBuildKey(BUILD) });
    expect(act.prepare.map(({ act: { kind } }) => kind)).toEqual([
      'command',
      'command',
      'fetchBlob',
      'fetchBlob',
      'fetchBlob',
    ]);
  });

  it('installs part after part into a prefix of its own, and leaves the archive', () => {
    const { root, prefix } = builder();
    const { exitCode, stdout } = runChange(act.compile, { root });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('building rubygems.tgz from source')]);
    expect(readFileSync(join(prefix, 'bin/ruby'), 'utf8')).toContain(
      `ruby --quiet --prefix=${prefix} --with-opt-dir=${prefix}`,
    );
    // The ruby of the second part ran the third.
    expect(readFileSync(join(root, 'var/lib/deployment-engine/work/ruby/build.log'), 'utf8')).toContain(
      'setup.rb --no-ri',
    );
    expect(existsSync(join(root, act.archive))).toBe(true);
  });

  it('shows the end of its log where a part fails, and leaves no archive', () => {
    const { root, source } = builder();
    source('ruby.tar.gz', { configure: '#!/bin/sh\necho no such compiler; exit 1\n' });
    const { exitCode, stdout } = runChange(act.compile, { root });
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('no such compiler')]);
    expect(existsSync(join(root, act.archive))).toBe(false);
  });

  it('is put in place with its programs linked and its marker last', () => {
    const { root, work, prefix } = builder();
    runChange(act.compile, { root });
    const { exitCode, stdout } = runChange(act.unpack, { root, path: programs(stand) });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('-e puts 1\n');
    expect(stdout).toContain(`ln -sfn ${prefix}/bin/ruby ${root}/usr/local/bin/ruby\n`);
    expect(stdout).not.toContain('rake');
    expect(readFileSync(join(root, markerOf(BUILD)), 'utf8')).toMatch(/^ruby\/1\.9\.3\/[0-9a-f]{16} [0-9a-f]{64}\n$/);
    expect([work, join(root, act.archive)].filter((each) => existsSync(each))).toEqual([]);
  });

  it('that does not work is neither linked nor marked', () => {
    const { root } = builder();
    runChange(act.compile, { root });
    const unfit = sourceBuildAct(profile, { ...BUILD, proof: ['no-such-program'] });
    const { exitCode, stdout } = runChange(unfit.unpack, { root, path: programs(stand) });
    expect(exitCode).not.toBe(0);
    expect(stdout).not.toContain('ln ');
    expect(existsSync(join(root, markerOf(BUILD)))).toBe(false);
  });
});

import { mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAIN, made, node } from './chained-packages.ts';
import { type FixturePackage, namespacesAvailable, pathWithoutNamespaces, release } from './fixture-release.ts';

describe.skipIf(!namespacesAvailable)('compiling under running jobs (needs root and mount namespaces)', () => {
  /** Fails unless the script sees itself, and its dependency in the new version, at the paths that BOSH promises. */
  const looking = (root: string): FixturePackage => ({
    ...made('app', 'new', ['tool']),
    packaging: `set -e
      echo fresh > ${root}/packages/app/made
      grep -q 'tool new' ${root}/packages/tool/text
      test "$(cd -P ${root}/packages/app && pwd)" = ${root}/data/packages/app/new
      test ! -e ${root}/packages/unrelated`,
  });

  it('leaves links alone, while the script sees the new packages', () => {
    const { compile, root, data, link } = node();
    for (const name of ['app', 'tool', 'unrelated']) {
      mkdirSync(data(name, 'old'), { recursive: true });
      mkdirSync(join(root, 'packages'), { recursive: true });
      symlinkSync(data(name, 'old'), link(name));
    }
    const { code, stderr } = compile(release({ packages: [looking(root), made('tool', 'new')] }), [
      '--keep-links',
      'app',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(data('app', 'new'), 'made'), 'utf8')).toBe('fresh\n');
    expect([readlinkSync(link('app')), readlinkSync(link('tool'))]).toEqual([data('app', 'old'), data('tool', 'old')]);
    expect(readdirSync(join(root, 'data/packages/app')).toSorted()).toEqual(['new', 'new.done', 'old']);
  });

  it('keeps the package as it was when a forced compilation fails', () => {
    const { compile, data, isDone } = node();
    compile(release({ packages: CHAIN }), ['tool']);
    const broken = { ...made('tool', 'cc'), packaging: 'echo half > $BOSH_INSTALL_TARGET/text; exit 1' };
    expect(compile(release({ packages: [broken] }), ['-f', 'tool']).code).toBe(1);
    expect(isDone('tool', 'cc')).toBe(true);
    expect(readFileSync(join(data('tool', 'cc'), 'text'), 'utf8')).toBe('tool cc\n');
  });
});

describe('compiling without mount namespaces', () => {
  it('makes the links for the time of the compilation where none is', () => {
    const { compile, root } = node();
    const looking = {
      ...made('app', 'aa', ['tool']),
      packaging: `cp ${root}/packages/tool/text ${root}/packages/app/`,
    };
    const { code } = compile(release({ packages: [looking, made('tool', 'cc')] }), ['app'], pathWithoutNamespaces());
    expect(code).toBe(0);
    expect(readFileSync(join(root, 'packages/app/text'), 'utf8')).toBe('tool cc\n');
  });

  it('refuses when that would change a link in use', () => {
    const { compile, data, link } = node();
    compile(release({ packages: CHAIN }), ['tool']);
    const { code, stderr } = compile(release({ packages: [made('tool', 'ee')] }), ['tool'], pathWithoutNamespaces());
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is in use') });
    expect(readlinkSync(link('tool'))).toBe(data('tool', 'cc'));
  });

  it('takes up after a compilation that was killed', () => {
    const { compile, root, data, link, isDone } = node();
    mkdirSync(data('tool', 'cc'), { recursive: true });
    mkdirSync(join(root, 'packages'));
    symlinkSync(data('tool', 'cc'), link('tool'));
    expect(compile(release({ packages: CHAIN }), ['tool'], pathWithoutNamespaces()).code).toBe(0);
    expect(isDone('tool', 'cc')).toBe(true);
  });
});

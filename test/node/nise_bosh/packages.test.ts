import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAIN, listing, made, node } from './chained-packages.ts';
import { niseBosh, TOOL, release, temporaryFolder } from './fixture-release.ts';

const ordered = (stdout: string) => [...stdout.matchAll(/^packaging (\w+)$/gm)].map((match) => match[1]);

describe('compiling packages', () => {
  it('compiles the closure, each package once and after its dependencies', () => {
    const { compile, data, link } = node();
    const { code, stdout } = compile(release({ packages: CHAIN }), ['app', 'lib']);
    expect(code).toBe(0);
    expect(ordered(stdout)).toEqual(['tool', 'lib', 'app']);
    expect(readFileSync(join(data('app', 'aa'), 'text'), 'utf8')).toBe('app aa\n');
    expect(readFileSync(join(data('app', 'aa'), '.version'), 'utf8')).toBe('3\n');
    expect(readlinkSync(link('app'))).toBe(data('app', 'aa'));
  });

  it('keeps root file systems of containers, whose programs may be setuid, where only root enters', () => {
    const { compile, data, link } = node();
    compile(release({ packages: [made('rootfs_lucid64', 'aa'), made('tool', 'cc')] }), ['rootfs_lucid64', 'tool']);
    const modes = [data('rootfs_lucid64', ''), data('tool', '')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o755]);
    expect(readFileSync(join(link('rootfs_lucid64'), 'text'), 'utf8')).toBe('rootfs_lucid64 aa\n');
  });

  it('compiles only what is named with --no-dependency', () => {
    const { compile } = node();
    expect(ordered(compile(release({ packages: CHAIN }), ['--no-dependency', 'app']).stdout)).toEqual(['app']);
  });

  it('marks a package with the digest of its listing, which drift changes', () => {
    const { compile, data } = node();
    compile(release({ packages: CHAIN }), ['tool']);
    const marker = readFileSync(`${data('tool', 'cc')}.done`, 'utf8');
    expect(listing(data('tool', 'cc'))).toBe(marker);
    execFileSync('touch', [join(data('tool', 'cc'), 'text')]);
    expect(listing(data('tool', 'cc'))).not.toBe(marker);
  });

  it('skips what is there, and compiles it again with -f', () => {
    const { compile } = node();
    const folder = release({ packages: CHAIN });
    compile(folder, ['tool']);
    const again = compile(folder, ['tool']);
    expect(again.stdout).toContain('tool: The same version of the package is already installed. Skipping\n');
    expect(ordered(again.stdout)).toEqual([]);
    expect(ordered(compile(folder, ['-f', 'tool']).stdout)).toEqual(['tool']);
  });

  it('gives the script its four variables, and none of our ruby', () => {
    const { compile, data, link } = node();
    const curious = { ...made('curious', 'dd'), packaging: 'env > $BOSH_INSTALL_TARGET/environment' };
    process.env['BUNDLE_GEMFILE'] = process.env['GEM_HOME'] = '/nowhere';
    compile(release({ packages: [curious] }), ['curious']);
    delete process.env['BUNDLE_GEMFILE'];
    delete process.env['GEM_HOME'];
    const environment = readFileSync(join(data('curious', 'dd'), 'environment'), 'utf8');
    expect(environment).toContain(`BOSH_INSTALL_TARGET=${link('curious')}\n`);
    expect(environment).toMatch(/^BOSH_COMPILE_TARGET=.*work\/curious$/m);
    expect(environment).toMatch(/^BOSH_PACKAGE_NAME=curious$/m);
    expect(environment).toMatch(/^BOSH_PACKAGE_VERSION=3$/m);
    expect(environment).not.toMatch(/^(BUNDLE_GEMFILE|GEM_HOME)=/m);
  });

  it('refuses a cycle and writes nothing', () => {
    const { compile, root } = node();
    const { code, stderr } = compile(release({ packages: [made('egg', '1', ['hen']), made('hen', '2', ['egg'])] }), [
      'egg',
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Detected a cyclic dependency') });
    expect(readdirSync(root)).toEqual([]);
  });

  it('names all missing archives before it compiles any', () => {
    const { compile, root } = node();
    const folder = release({ packages: CHAIN });
    for (const name of ['app', 'lib']) rmSync(join(folder, 'packages', `${name}.tgz`));
    const { code, stderr } = compile(folder, ['app']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^2 archive.*\n {2}lib: .*lib.tgz is missing\n {2}app: .*app.tgz is missing\n$/);
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves no marker of a failed package, keeps the earlier ones and takes up there', () => {
    const { compile, isDone, version } = node();
    const broken = { ...made('app', 'aa', ['tool']), packaging: 'echo no luck >&2; exit 3' };
    const { code, stderr } = compile(release({ packages: [broken, made('tool', 'cc')] }), ['app']);
    expect(code).toBe(1);
    expect(stderr).toContain('no luck');
    expect(stderr).toContain('Error! Aborting... The packaging script of app exited with 3');
    expect([isDone('tool', 'cc'), isDone('app', 'aa')]).toEqual([true, false]);
    expect([version('tool'), version('app')]).toEqual(['3\n', undefined]);
    expect(ordered(compile(release({ packages: CHAIN }), ['app']).stdout)).toEqual(['lib', 'app']);
    expect([isDone('app', 'aa'), version('app')]).toEqual([true, '3\n']);
  });

  it('replaces the former version under its name, each package as soon as it is there', () => {
    const { compile, link, version } = node();
    compile(release({ packages: CHAIN }), ['app']);
    const newer = [made('app', 'ax', ['tool']), { ...made('tool', 'cx'), version: '4' }];
    const broken = [{ ...made('app', 'ax', ['tool']), packaging: 'exit 1' }, ...newer.slice(1)];
    expect(compile(release({ packages: broken }), ['app']).code).toBe(1);
    expect([version('tool'), readFileSync(join(link('app'), 'text'), 'utf8')]).toEqual(['4\n', 'app aa\n']);
    expect(compile(release({ packages: newer }), ['app']).code).toBe(0);
    expect(readFileSync(join(link('app'), 'text'), 'utf8')).toBe('app ax\n');
  });

  it('keeps the former version, marker and all, when the new one cannot be compiled', () => {
    const { compile, link, version } = node();
    compile(release({ packages: CHAIN }), ['tool']);
    const broken = { ...made('tool', 'cx'), version: '4', packaging: 'touch $BOSH_INSTALL_TARGET/half; exit 1' };
    expect(compile(release({ packages: [broken] }), ['tool']).code).toBe(1);
    expect(version('tool')).toBe('3\n');
    expect(readdirSync(link('tool')).toSorted()).toEqual(['.version', 'text']);
  });

  it('goes back to a version that is still there without compiling it', () => {
    const { compile, version } = node();
    compile(release({ packages: CHAIN }), ['tool']);
    compile(release({ packages: [{ ...made('tool', 'cx'), version: '4' }] }), ['tool']);
    expect(ordered(compile(release({ packages: CHAIN }), ['tool']).stdout)).toEqual([]);
    expect(version('tool')).toBe('3\n');
  });

  it('compiles several packages in the order given, each after its dependencies', () => {
    const { compile } = node();
    const packages = [...CHAIN, made('first', 'ff')];
    expect(ordered(compile(release({ packages }), ['lib', 'first', 'app']).stdout)).toEqual([
      'tool',
      'lib',
      'first',
      'app',
    ]);
  });

  it('starts each in its own sources, with a new install folder', () => {
    const { compile, data } = node();
    const packaging = `set -e
      test -z "$(ls -A $BOSH_INSTALL_TARGET)"
      test "$PWD" = "$BOSH_COMPILE_TARGET"
      ls -A > $BOSH_INSTALL_TARGET/sources`;
    const folder = release({ packages: [{ ...made('tool', 'cc'), packaging }] });
    expect([compile(folder, ['tool']).code, compile(folder, ['-f', 'tool']).code]).toEqual([0, 0]);
    expect(readFileSync(join(data('tool', 'cc'), 'sources'), 'utf8')).toBe('packaging\ntext\n');
  });

  it('marks it with its version, readable for all whatever the umask', () => {
    const { places, link } = node();
    const words = [...places, '-p', release({ packages: CHAIN }), 'tool'];
    execFileSync('sh', ['-c', 'umask 077; exec ruby "$@"', 'sh', TOOL, ...words]);
    const marker = join(link('tool'), '.version');
    expect([readFileSync(marker, 'utf8'), (statSync(marker).mode & 0o777).toString(8)]).toEqual(['3\n', '644']);
  });

  it('names every package that the release does not have', () => {
    const { compile } = node();
    expect(compile(release({ packages: CHAIN }), ['nope', 'tool', 'none'])).toMatchObject({
      code: 1,
      stderr: 'Given package nope does not exist!\nGiven package none does not exist!\n',
    });
  });

  it.each(['-d', '--working-dir'])('takes a relative folder with %s', (option) => {
    const { root, version } = node();
    const cwd = join(root, '..');
    const folders = { '-d': root, '--working-dir': join(temporaryFolder(), 'work'), [option]: basename(root) };
    const words = Object.entries(folders).flat();
    expect(niseBosh(['-y', ...words, '-p', release({ packages: CHAIN }), 'tool'], { cwd }).code).toBe(0);
    expect(option === '-d' ? version('tool') : '3\n').toBe('3\n');
  });

  it('refuses a working folder that others can write to', () => {
    const { run } = node();
    const open = temporaryFolder();
    execFileSync('chmod', ['0777', open]);
    const { code, stderr } = run(['--working-dir', open, '-p', release({ packages: CHAIN }), 'tool']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Others can write') });
  });
});

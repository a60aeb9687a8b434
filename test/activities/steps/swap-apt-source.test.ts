import { chmodSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { swapAptSource } from '../../../activities/steps/swap-apt-source.ts';
import { ubuntu1004 } from '../../../domain/profiles/ubuntu-10.04.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';
import { aptNode, context, kept, readMirror, readsMirror } from './apt-node.ts';

const LISTS = "the lists of packages are not the mirror's";
const ASIDE = 'apt uses other sources than the mirror';
const SOURCES = '/etc/apt/sources.list';
const OURS = 'deb [signed-by=/etc/apt/deployment-engine.gpg] http://10.10.101.180:50001/apt/debian-12 ./\n';

describe('pointing apt at the mirror', () => {
  it('keeps the old sources aside and then has nothing to do', () => {
    const node = aptNode();
    node.put(SOURCES, 'deb http://archive.example/debian bookworm main\n');
    node.put('/etc/apt/sources.list.d/extra.list', 'deb http://extra ./\n');
    node.put('/etc/apt/sources.list.d/debian.sources', 'Types: deb\n');
    expect(node.reasons()).toEqual([
      ASIDE,
      '/var/lib/deployment-engine/apt/keys/mirror.gpg is missing',
      '/var/lib/deployment-engine/apt/apt.conf is missing',
      '/var/lib/deployment-engine/apt/sources.list is missing',
      '/etc/apt/deployment-engine.gpg is missing',
      '/etc/apt/apt.conf.d/90deployment-engine is missing',
      '/etc/apt/sources.list differs',
      LISTS,
    ]);
    node.settle();
    expect(node.reasons()).toEqual([]);
    expect(kept(node.root)).toEqual(['debian.sources', 'extra.list', 'sources.list']);
    expect(readFileSync(join(node.root, SOURCES), 'utf8')).toBe(OURS);
  });

  it('has its key trusted for the mirror alone where apt knows how, also on nodes where it was trusted for all', () => {
    const node = aptNode();
    const key = '/etc/apt/trusted.gpg.d/deployment-engine.gpg';
    node.settle();
    node.put(key, 'the key');
    expect(node.reasons()).toEqual(["the mirror's key is trusted for every source"]);
    node.settle();
    expect([node.reasons(), existsSync(join(node.root, key))]).toEqual([[], false]);
  });

  it('takes a list of ours that names no key for ours', () => {
    const node = aptNode();
    node.put(SOURCES, OURS.replace(/ \[.*\]/, ''));
    node.settle();
    expect(readFileSync(join(node.root, SOURCES), 'utf8')).toBe(OURS);
    expect(existsSync(join(node.root, 'etc/apt/before-deployment-engine/sources.list'))).toBe(false);
  });

  const theirs = 'deb http://archive.example/debian bookworm main\n';
  it.each<[string, string, ((path: string) => void)?]>([
    ['empty', ''],
    ['without a last newline', theirs.trimEnd()],
    ['with CRLF', theirs.replace('\n', '\r\n')],
    ['with ours before theirs', `${OURS}${theirs}`],
    ['with ours as CRLF', OURS.replace('\n', '\r\n')],
    ['with half of ours', OURS.slice(0, 30)],
    ['that nobody may write', theirs, (path) => chmodSync(path, 0o444)],
    [
      'that is a link',
      theirs,
      (path) => {
        renameSync(path, `${path}.site`);
        symlinkSync('sources.list.site', path);
      },
    ],
    ['that is a link to nowhere', '', (path) => (rmSync(path), symlinkSync('not-there', path))],
  ])('takes a sources.list %s away and brings it back as it was', (_state, content, make) => {
    const node = aptNode();
    node.put(SOURCES, content);
    const path = join(node.root, SOURCES);
    make?.(path);
    const before = lstatSync(path);
    node.settle();
    expect(readFileSync(path, 'utf8')).toBe(OURS);
    expect(node.reasons()).toEqual([]);

    node.leave();
    const after = lstatSync(path);
    expect([after.mode, after.isSymbolicLink()]).toEqual([before.mode, before.isSymbolicLink()]);
    if (existsSync(path)) expect(readFileSync(path, 'utf8')).toBe(content);
    expect(existsSync(`${path}.site`) && readFileSync(`${path}.site`, 'utf8')).toBe(
      existsSync(`${path}.site`) && content,
    );
  });

  it('works where there are no sources at all', () => {
    const node = aptNode();
    node.settle();
    expect(node.reasons()).toEqual([]);
  });

  it('keeps the first sources when its own are changed later', () => {
    const node = aptNode();
    node.put(SOURCES, 'the first\n');
    node.settle();
    node.put(SOURCES, 'somebody was here\n');
    expect(node.reasons()).toEqual([ASIDE, '/etc/apt/sources.list differs', LISTS]);
    node.settle();
    expect(readFileSync(join(node.root, 'etc/apt/before-deployment-engine/sources.list'), 'utf8')).toBe('the first\n');
    expect(node.reasons()).toEqual([]);
  });

  it('puts a source aside that comes back, and one that names the mirror', () => {
    const node = aptNode();
    node.put('/etc/apt/sources.list.d/extra.list', 'first\n');
    node.settle();
    node.put('/etc/apt/sources.list.d/extra.list', 'second\n');
    node.put('/etc/apt/sources.list.d/mirror.list', 'deb http://10.10.101.180:50001/apt/debian-12 ./\n');
    expect(node.reasons()).toEqual([ASIDE, LISTS]);
    node.settle();
    expect(node.reasons()).toEqual([]);
    expect(kept(node.root)).toEqual(['extra.list', 'extra.list.~1~', 'mirror.list']);
  });

  it('names only the file that lacks', () => {
    const node = aptNode();
    node.settle();
    node.put('/etc/apt/apt.conf.d/90deployment-engine', 'other');
    expect(node.reasons()).toEqual(['/etc/apt/apt.conf.d/90deployment-engine differs', LISTS]);
    node.settle();
    expect(existsSync(join(node.root, 'etc/apt/before-deployment-engine/sources.list'))).toBe(false);
  });

  it.each([
    ['reads keys from a folder', 'Dir::Etc::trustedparts "trusted.gpg.d";', ''],
    ['knows one keyring only', 'Dir::Etc::trusted "trusted.gpg";', 'apt-key add \\S*/etc/apt/trusted.gpg.d/'],
  ])('gives its key to an apt that %s', (_case, configuration, asked) => {
    const older = swapAptSource({ ...context, profile: { ...context.profile, ...ubuntu1004, builds: [] } });
    const update = older
      .changes({ files: new Map(), others: [], hasLists: false, isTrustedForAll: false })
      .flatMap(({ act, reason }) => (reason === LISTS && act.kind === 'command' ? [act.command] : []));
    const path = programs({
      'apt-config': `echo '${configuration}'`,
      'apt-key': 'echo "apt-key $*"',
      'apt-get': 'echo "apt-get $*"',
    });
    const { stdout } = run(readsMirror(update[0]), { path, root: temporaryFolder() });
    expect(stdout).toMatch(new RegExp(`^${asked}.*apt-get -qq update\n$`, 's'));
    expect(stdout.includes('apt-key')).toBe(asked !== '');
  });

  it('is not done while nothing was read from the mirror', () => {
    const node = aptNode();
    node.settle();
    rmSync(join(node.root, 'var/lib/deployment-engine/apt/lists'), { recursive: true });
    expect(node.reasons()).toEqual(['nothing was read from the mirror yet']);
    node.put('/var/lib/deployment-engine/apt/lists/mirror_._Packages', '');
    expect(node.reasons()).toEqual(['nothing was read from the mirror yet']);
  });

  it('tells the apt of people to go past their proxies', () => {
    const node = aptNode();
    node.settle();
    expect(readFileSync(join(node.root, 'etc/apt/apt.conf.d/90deployment-engine'), 'utf8')).toContain(
      'Acquire::http::Proxy::10.10.101.180 "DIRECT";',
    );
  });

  it.each([
    ['says so and ends well', programs({ 'apt-get': 'echo "W: Failed to fetch it  Connection refused"' })],
    ['is the machine’s own', ''],
  ])('fails in one line where apt read nothing and %s', (_case, path) => {
    const { exitCode, stdout } = readMirror(path);
    expect(exitCode).toBe(6);
    expect(stdout.trim().split('\n\n').at(-1)).toMatch(
      /^nothing could be read from the mirror http:\/\/127\.0\.0\.1:9\/apt\/debian-12: Failed to fetch .*refused.*$/,
    );
  });
});

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lookAround, surroundingsIn } from '../../../activities/preflight/look-around.ts';
import { NODE_ROOMS, nodeSurroundings, type Surroundings } from '../../../domain/node/judge-surroundings.ts';
import { mountOf } from '../../../domain/node/mounts.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { createLocalNode, MAY_MOUNT } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { run } from '../shell.ts';

const FOLDERS = Object.keys(NODE_ROOMS);

it('reads what lies around on this machine', () => {
  const seen = surroundingsIn(run(lookAround(FOLDERS)).stdout);
  expect(seen.rooms.map(({ folder }) => folder)).toEqual(FOLDERS);
  expect(seen.rooms.every(({ freeKiB }) => (freeKiB ?? 0) > 0)).toBe(true);
  expect(mountOf('/', seen.mounts)?.point).toBe('/');
});

it('names files that set a proxy, and never what they say', () => {
  const root = temporaryFolder();
  const files = {
    'etc/environment': 'PATH=/bin\nhttp_proxy=http://user:secret@proxy:3128\n',
    'etc/profile': '# http_proxy=http://old\n',
    'etc/profile.d/site.sh': 'export HTTPS_PROXY="http://proxy"\n',
    'etc/profile.d/other.sh': 'export no_proxy=x\n',
    'etc/apt/apt.conf.d/90proxy': 'Acquire::http::Proxy "http://proxy";\n',
    'etc/apt/apt.conf.d/90deployment-engine': 'Acquire::http::Proxy::10.0.0.1 "DIRECT";\n',
    'etc/apt/apt.conf.d/91none': '// Acquire::http::Proxy "http://proxy";\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { stdout } = run(lookAround([], root));
  expect(surroundingsIn(stdout).proxies.map((path) => path.slice(root.length))).toEqual([
    '/etc/environment',
    '/etc/profile.d/site.sh',
    '/etc/apt/apt.conf.d/90proxy',
  ]);
  expect(stdout).not.toContain('secret');
});

it.runIf(MAY_MOUNT)('sees small, read-only and noexec file systems', async () => {
  const node = createLocalNode({
    mounts:
      'mkdir -p /var/vcap; mount -t tmpfs -o size=100m,noexec none /var/vcap; mount -t tmpfs -o ro none /home; ' +
      'mount -t tmpfs -o size=1g,nr_inodes=50 none /tmp',
  });
  onTestFinished(() => node.remove());
  const { stdout } = await node.session.read(lookAround(FOLDERS));
  const found = nodeSurroundings(surroundingsIn(stdout), '10.0.0.1')
    .filter(({ check }) => check !== 'proxies')
    .map(({ severity, what }) => `${severity} ${inEnglish(what)}`);
  expect(found).toEqual(
    expect.arrayContaining([
      'stops /var/vcap has 100 MiB free; a deploy needs up to 2048 MiB',
      expect.stringMatching(/^slows \/tmp has room for \d+ more files only \(inodes\)$/),
      'stops /home is mounted read-only',
      'stops /var/vcap is mounted noexec, and programs are started from there',
    ]),
  );
});

it.runIf(MAY_MOUNT)('names who holds the package lock', async () => {
  const folder = temporaryFolder();
  const ready = join(folder, 'ready');
  // The lock is held in a folder of its own, which lies over that of this machine.
  const holder = spawn('unshare', [
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs none /var/lib/dpkg && exec perl -e 'use Fcntl; open(F, ">", "/var/lib/dpkg/lock"); ` +
      `my $l = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; open(R, ">", "${ready}"); close(R); sleep 60'`,
  ]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  await until(() => run({ text: `test -e ${ready}`, secrets: {} }).exitCode === 0, 'the lock is held');
  expect(surroundingsIn(run(lookAround([])).stdout).lockHolder).toMatch(/^perl \(pid \d+\)$/);
});

const quiet: Surroundings = { rooms: [], mounts: [], proxies: [], lockHolder: undefined };

it.each([
  [3_000_000, 100_000, []],
  [1_000_000, 100_000, ['slows']],
  [100_000, 100_000, ['stops']],
  [3_000_000, 0, ['stops']],
  [undefined, undefined, []],
])('judges %s KiB and %s inodes of /var/vcap', (freeKiB, freeInodes, severities) => {
  const seen = { ...quiet, rooms: [{ folder: '/var/vcap', freeKiB, freeInodes }] };
  expect(nodeSurroundings(seen, '10.0.0.1').map(({ severity }) => severity)).toEqual(severities);
});

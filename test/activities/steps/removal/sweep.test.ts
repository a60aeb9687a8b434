import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, lstatSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../../support/until.ts';
import { CURRENT, sweptNode } from './swept-node.ts';

const [BEFORE, OLDER, OLDEST] = ['b', 'a', '9'].map((digit) => digit.repeat(16)) as [string, string, string];

it('takes away releases but the last two with what only they used, and says how much that is', () => {
  const node = sweptNode();
  node.release(OLDEST, ['ruby/f-2']);
  node.release(OLDER, ['ruby/f-1', 'common/f-common']);
  node.release(BEFORE, ['ruby/f-2', 'gnatsd/f-0']);
  node.compiled('ruby/f-1', 'ruby/f-2', 'gnatsd/f-0');
  expect(node.reasons()).toEqual([
    expect.stringMatching(/^1 package and 2 releases that nothing uses any more, \d+\.\d kB$/),
  ]);
  node.sweep();
  expect(node.unused()).toEqual([]);
  expect(node.has(`bosh/releases/${OLDER}`)).toBe(false);
  expect(node.has(`bosh/releases/${OLDEST}`)).toBe(false);
  expect(node.has('data/packages/ruby/f-1')).toBe(false);
  expect(node.has('data/packages/ruby/f-1.done')).toBe(false);
  for (const path of ['ruby/f-2', 'gnatsd/f-0', 'gnatsd/f-gnatsd', 'common/f-common.done'])
    expect(node.has(`data/packages/${path}`), path).toBe(true);
  expect(node.has(`bosh/releases/${BEFORE}/jobs/nats.tgz`)).toBe(true);
  expect(node.has(`bosh/releases/${CURRENT}/jobs/nats.tgz`)).toBe(true);
});

it('finds nothing on a node where nothing was left', () => {
  const node = sweptNode();
  node.link('common', 'common/f-common');
  expect(node.reasons()).toEqual([]);
});

it('takes away what only an instance used that has gone, with its link', () => {
  const node = sweptNode();
  node.compiled('dea/f-dea', 'dea/f-old');
  node.link('dea', 'dea/f-dea');
  node.put('bosh/instances/dea_0/installed', 'fingerprint f\npackage dea f-dea\n');
  expect(node.unused()).toEqual(['dea/f-old']);
  expect(node.unused(['dea_0'])).toEqual(['dea/f-dea', 'dea/f-old']);
  node.put('bosh/instances/dea_0/installed', 'fingerprint f\n');
  node.sweep();
  expect(() => lstatSync(node.at('packages/dea'))).toThrow('ENOENT');
  expect(node.has('data/packages/dea')).toBe(false);
});

it.each(['installed', 'installed.previous', 'inputs'])('keeps what an instance is made of by its %s', (file) => {
  const node = sweptNode();
  node.compiled('uaa/f-uaa');
  node.put(`bosh/instances/uaa_0/${file}`, 'job uaa f\npackage uaa f-uaa\nproperty x d\n');
  expect(node.unused()).toEqual([]);
});

it('keeps where the link of a wanted package leads to, what was built for others, and what it did not make', () => {
  const node = sweptNode();
  node.compiled('gnatsd/f-linked', 'golang/f-built', 'golang/f-before');
  node.link('gnatsd', 'gnatsd/f-linked');
  node.put(`bosh/releases/${CURRENT}/built`, 'golang/f-built\n');
  node.release(BEFORE, []);
  node.put(`bosh/releases/${BEFORE}/built`, 'golang/f-before\n');
  node.put('data/packages/theirs/0123/file');
  node.put('bosh/releases/notes/file');
  node.put(`bosh/releases/${'c'.repeat(16)}/file`);
  node.put('elsewhere/f-1/file');
  symlinkSync(node.at('elsewhere'), node.at('data/packages/linked'));
  node.put('elsewhere/f-1.done');
  symlinkSync(node.at('elsewhere/f-1'), node.at('data/packages/theirs/f-2'));
  node.put('data/packages/theirs/f-2.done');
  expect(node.unused()).toEqual([]);
});

it('keeps every package of a release of which nobody has noted what was used', () => {
  const node = sweptNode();
  node.release(BEFORE, undefined, ['ruby/f-1', 'golang/f-2']);
  node.compiled('ruby/f-1', 'golang/f-2', 'golang/f-3');
  expect(node.unused()).toEqual(['golang/f-3']);
});

it('takes away what was left of a folder that somebody was killed over', () => {
  const node = sweptNode();
  for (const path of ['gnatsd/f-0.building', 'gnatsd/f-gnatsd.former', 'uaa/f-1.arriving'])
    node.put(`data/packages/${path}/file`);
  node.put('data/packages/ruby/f-1.done');
  node.release(BEFORE, []);
  node.put(`bosh/releases/${OLDER}/release.MF`);
  utimesSync(node.at(`bosh/releases/${OLDER}/release.MF`), 1, 1);
  expect(node.unused()).toEqual([
    OLDER,
    'gnatsd/f-0.building',
    'gnatsd/f-gnatsd.former',
    'ruby/f-1',
    'uaa/f-1.arriving',
  ]);
  node.sweep();
  expect(node.unused()).toEqual([]);
  expect(node.has('data/packages/gnatsd/f-gnatsd/bin/program')).toBe(true);
});

it.each([
  ['runs from', (file: string) => spawn(file, ['60'], { stdio: 'ignore' })],
  ['has open', (file: string) => spawn('sh', ['-c', `exec sleep 60 <"${file}"`], { stdio: 'ignore' })],
  ['is in', (file: string) => spawn('sleep', ['60'], { cwd: dirname(file), stdio: 'ignore' })],
  [
    'was started with, by its link',
    (file: string) => {
      const link = file.replace('data/packages/tool/f-1', 'packages/tool');
      return spawn('sh', ['-c', 'read line', link], { stdio: ['pipe', 'ignore', 'ignore'] });
    },
  ],
])('keeps what a process %s', async (_how, start) => {
  const node = sweptNode();
  node.compiled('tool/f-1', 'tool/f-2');
  node.link('tool', 'tool/f-1');
  const program = node.at('data/packages/tool/f-1/bin/program');
  copyFileSync('/bin/sleep', program);
  const child = start(program);
  await once(child, 'spawn');
  try {
    await until(async () => !node.unused().includes('tool/f-1'), 'it is seen');
    node.sweep();
    expect(node.has('packages/tool/bin/program')).toBe(true);
    expect(node.has('data/packages/tool/f-2')).toBe(false);
  } finally {
    child.kill();
  }
});

it('plans to take away what the processes of one that goes work with until then', async () => {
  const node = sweptNode();
  node.compiled('dea/f-dea');
  node.put('bosh/instances/dea_0/installed', 'fingerprint f\npackage dea f-dea\n');
  const child = spawn('sleep', ['60'], { cwd: node.at('data/packages/dea/f-dea'), stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    await until(() => node.unused(['dea_0']).length === 0, 'it is seen');
    expect(node.unused(['dea_0'], ['dea_0'])).toEqual(['dea/f-dea']);
  } finally {
    child.kill();
  }
});

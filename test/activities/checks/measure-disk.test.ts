import { mkdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { measureDisk } from '../../../activities/checks/measure-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';

let root: string;
const GB = 1e9;

beforeEach(() => {
  root = temporaryFolder();
  for (const folder of ['proc/self', 'proc/1', 'sys/dev/block', 'sys/class/block', 'run', 'dev'])
    mkdirSync(join(root, folder), { recursive: true });
  write('proc/1/environ', 'HOME=/\0');
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(from: string, to: string): void {
  mkdirSync(dirname(join(root, from)), { recursive: true });
  symlinkSync(relative(dirname(join(root, from)), join(root, to)), join(root, from));
}

interface Device {
  readonly number: string;
  /** Partition of this one. */
  readonly of?: string;
  readonly bytes?: number;
  readonly uuid?: string;
  /** Made of these. */
  readonly from?: readonly string[];
}

/** A block device as sysfs shows it. */
function device(name: string, { number, of, bytes = 0, uuid, from = [] }: Device): void {
  const folder = `sys/devices/${of === undefined ? name : `${of}/${name}`}`;
  write(`${folder}/size`, `${bytes / 512}\n`);
  if (of !== undefined) write(`${folder}/partition`, '1\n');
  if (uuid !== undefined) write(`${folder}/dm/uuid`, `${uuid}\n`);
  for (const each of from) link(`${folder}/slaves/${each}`, `sys/class/block/${each}`);
  link(`sys/dev/block/${number}`, folder);
  link(`sys/class/block/${name}`, folder);
}

const mounted = (number: string, source: string): void =>
  write(
    'proc/self/mountinfo',
    `20 1 0:5 / /proc rw - proc proc rw\n21 1 ${number} / / rw,relatime shared:1 - ext4 ${source} rw\n`,
  );

const measured = (): number => Number(run(measureDisk(root)).stdout);
const fileSystem = (): number => {
  const { bsize, blocks } = statfsSync('/');
  return bsize * blocks;
};

it('takes the whole disk of a partition', () => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  device('sda1', { number: '8:1', of: 'sda', bytes: 20 * GB });
  mounted('8:1', '/dev/sda1');
  expect(measured()).toBe(50 * GB);
});

it('takes it as nodes are asked, where the root is /', () => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  device('sda1', { number: '8:1', of: 'sda', bytes: 20 * GB });
  write('dev/sda1', '');
  const { text, secrets } = measureDisk();
  const asked = (): number =>
    Number(run({ text: text.replaceAll(/\/(proc|sys|run|\.dockerenv)(?=[/; ])/g, `${root}/$1`), secrets }).stdout);
  mounted('8:1', '/dev/sda1');
  expect(asked()).toBe(50 * GB);
  mounted('0:31', `${root}/dev/sda1`);
  expect(asked()).toBe(50 * GB);
});

it('takes a disk without partitions', () => {
  device('vda', { number: '254:0', bytes: 10 * GB });
  mounted('254:0', '/dev/vda');
  expect(measured()).toBe(10 * GB);
});

it('finds the disks below volumes and encryption, each once', () => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  device('sda2', { number: '8:2', of: 'sda', bytes: 10 * GB });
  device('sda3', { number: '8:3', of: 'sda', bytes: 10 * GB });
  device('sdb', { number: '8:16', bytes: 30 * GB });
  device('dm-0', { number: '253:0', uuid: 'CRYPT-LUKS2-x', from: ['sda2'] });
  device('dm-1', { number: '253:1', uuid: 'LVM-x', from: ['dm-0', 'sda3', 'sdb'] });
  mounted('253:1', '/dev/mapper/vg-root');
  expect(measured()).toBe(80 * GB);
});

it('takes a RAID or a multipath for the disk', () => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  device('sdb', { number: '8:16', bytes: 50 * GB });
  device('dm-0', { number: '253:0', uuid: 'mpath-x', bytes: 50 * GB, from: ['sda', 'sdb'] });
  device('dm-1', { number: '253:1', uuid: 'part1-mpath-x', bytes: 9 * GB, from: ['dm-0'] });
  mounted('253:1', '/dev/mapper/mpath-part1');
  expect(measured()).toBe(50 * GB);
});

it('asks for the device that btrfs names', () => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  device('sda1', { number: '8:1', of: 'sda', bytes: 20 * GB });
  write('dev/sda1', '');
  mounted('0:31', '/dev/sda1');
  expect(measured()).toBe(50 * GB);
});

it.each(['.dockerenv', 'run/.containerenv', 'proc/1/environ'])('takes the file system in a container (%s)', (mark) => {
  device('sda', { number: '8:0', bytes: 50 * GB });
  mounted('8:0', '/dev/sda');
  write(mark, 'container=lxc\0');
  expect(measured()).toBe(fileSystem());
});

it('takes the file system where there is no disk', () => {
  mounted('0:40', 'overlay');
  expect(measured()).toBe(fileSystem());
});

import { statfsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkDisk } from '../../activities/check-disk.ts';
import { ADDRESS, nodeContext } from './samples.ts';
import { run } from './shell.ts';

const { configuration } = nodeContext();
const step = (diskSize: number, isChecked = true) =>
  checkDisk({
    address: ADDRESS,
    configuration: { ...configuration, properties: { ...configuration.properties, diskSize, checkDisk: isChecked } },
  });

it('reads the size of the disk in GiB', () => {
  const { bsize, blocks } = statfsSync('/');
  const { check } = step(1);
  expect(check.parse(run(check.run)).gib).toBeCloseTo((bsize * blocks) / 1024 ** 3, 3);
});

it.each([
  ['larger', 15.001, 15, true],
  ['just as large', 15, 15, false],
  ['smaller', 14.9, 15, false],
  ['of unknown size', Number.NaN, 15, false],
])('a disk that is %s than disksize', (_case, gib, diskSize, isEnough) => {
  const changes = () => step(diskSize).changes({ gib });
  if (isEnough) expect(changes()).toEqual([]);
  else expect(changes).toThrow(expect.objectContaining({ code: 'DiskTooSmall', details: { gib, wanted: diskSize } }));
});

it('says which disk, how large it is and what to do', () => {
  expect(() => step(20).changes({ gib: 10.04 })).toThrow(
    /^The disk of \/ on 10\.10\.101\.182 has 10\.0 GiB; .*20\. .*checkdisk to 0\.$/,
  );
});

it('asks for nothing when checkdisk is 0', () => {
  expect(step(20, false).changes({ gib: 1 })).toEqual([]);
});

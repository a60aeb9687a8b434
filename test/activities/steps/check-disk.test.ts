import { expect, it } from 'vitest';
import { readAnswers } from '../../../activities/checks/answers.ts';
import { hardwareIn, measureHardware } from '../../../activities/checks/measure-hardware.ts';
import { checkDisk } from '../../../activities/steps/check-disk.ts';
import { documentedDisk } from '../../../domain/node/disk-size.ts';
import { ADDRESS, nodeContext } from '../samples.ts';
import { run } from '../shell.ts';

const { configuration } = nodeContext();
const step = (diskSize: number, isChecked = true) =>
  checkDisk({
    address: ADDRESS,
    configuration: { ...configuration, properties: { ...configuration.properties, diskSize, checkDisk: isChecked } },
  });

it('reads the same number as DISK of GET /hardware', () => {
  const { check } = step(1);
  const { gb } = check.parse(run(check.run));
  const { diskBytes } = hardwareIn(readAnswers(run(measureHardware).stdout));
  expect(gb).toBeGreaterThan(0);
  expect(documentedDisk(diskBytes)).toBeCloseTo(gb * 1024, 6);
});

it.each([
  ['larger', 15.001, 15, true],
  ['just as large', 15, 15, false],
  ['smaller', 14.9, 15, false],
  ['of unknown size', Number.NaN, 15, false],
])('a disk that is %s than disksize', (_case, gb, diskSize, isEnough) => {
  const changes = () => step(diskSize).changes({ gb });
  if (isEnough) expect(changes()).toEqual([]);
  else expect(changes).toThrow(expect.objectContaining({ code: 'DiskTooSmall', details: { gb, wanted: diskSize } }));
});

it('says which disk, how large it is and what to do', () => {
  expect(() => step(20).changes({ gb: 10.04 })).toThrow(
    /^The disk of \/ on 10\.10\.101\.182 has 10\.0 GB .*; .*20\. .*checkdisk to 0\.$/,
  );
});

it('asks for nothing when checkdisk is 0', () => {
  expect(step(20, false).changes({ gb: 1 })).toEqual([]);
});

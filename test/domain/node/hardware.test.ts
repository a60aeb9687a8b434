import { describe, expect, it } from 'vitest';
import { documented, hardwareShortages, requiredHardware } from '../../../domain/node/hardware.ts';

const GIB = 1024 ** 2;

it('names a machine as the document does', () => {
  expect(documented({ processors: 2, memoryKiB: 4_049_952, diskBytes: 50 * 1024 ** 3 })).toEqual({
    CPU: 2,
    RAM: 4_049_952,
    DISK: 54_988.8,
  });
});

it("sums the document's table over what shares a machine", () => {
  expect(requiredHardware(['dea', 'nats'])).toEqual({ CPU: 3, RAM: 5120 * 1024, DISK: 40_960 });
});

describe('hardwareShortages', () => {
  it('finds nothing lacking on a machine that is a little below the table', () => {
    expect(hardwareShortages({ processors: 2, memoryKiB: 3.8 * GIB, diskBytes: 32e9 }, ['dea'])).toEqual([]);
  });

  it('names everything that is lacking', () => {
    expect(hardwareShortages({ processors: 1, memoryKiB: 4 * GIB, diskBytes: 20e9 }, ['dea', 'nats'])).toEqual([
      'has 1 processor; dea, nats ask for 3',
      'has 4096 MiB of memory; dea, nats ask for 5120',
      'has a disk of 20 GB; dea, nats ask for 40',
    ]);
  });
});

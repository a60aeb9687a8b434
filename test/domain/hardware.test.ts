import { describe, expect, it } from 'vitest';
import { hardwareShortages } from '../../domain/hardware.ts';

const GIB = 1024 ** 2;

describe('hardwareShortages', () => {
  it('finds nothing lacking on a machine that is a little below the table', () => {
    expect(hardwareShortages({ processors: 2, memoryKiB: 3.8 * GIB }, ['dea'])).toEqual([]);
  });

  it('adds up the memory of components that share a node, and asks for the most processors any of them needs', () => {
    expect(hardwareShortages({ processors: 1, memoryKiB: 4 * GIB }, ['dea', 'nats'])).toEqual([
      'has 1 processors; dea, nats ask for 2',
      'has 4096 MiB of memory; dea, nats ask for 5120',
    ]);
  });
});

import { expect, it } from 'vitest';
import { readArchive } from '../../../release/archive/archive.ts';
import { tarball } from '../release-tarball.ts';

const LIMITS = { entries: 10, entry: 1000, total: 10_000 };

async function* broken(good: Uint8Array): AsyncGenerator<Uint8Array> {
  yield good;
  throw new Error('the disk is broken');
}

it("tells the source's own errors from damage of the archive", async () => {
  const whole = await tarball({ file: 'content' });
  const reading = readArchive(broken(whole.subarray(0, 20)), LIMITS, { file: async () => undefined });
  await expect(reading).rejects.toThrow('the disk is broken');
});

it('goes on after a file that nobody read', async () => {
  const paths: string[] = [];
  const whole = await tarball({ first: 'x'.repeat(900), second: 'y' });
  async function* source(): AsyncGenerator<Uint8Array> {
    yield whole;
  }
  const faults = await readArchive(source(), LIMITS, { file: async (path) => void paths.push(path) });
  expect([faults, paths]).toEqual([[], ['first', 'second']]);
});

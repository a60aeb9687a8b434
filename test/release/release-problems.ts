import { expect } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { type ReadOptions, readRelease } from '../../release/read-release.ts';
import { MemoryBlobs, natsJob, sourcePackage, type TarEntry, writeTarball } from './release-tarball.ts';

export const INDEX = [
  'name: cf',
  'version: 170',
  'jobs:',
  '- {name: nats, version: 24, fingerprint: f1}',
  'packages:',
  '- {name: golang1.3, version: 1, fingerprint: f2}',
  '- {name: gnatsd, version: 5, fingerprint: f3, dependencies: [golang1.3]}',
  '',
].join('\n');

export const whole = async (): Promise<Record<string, TarEntry>> => ({
  './release.MF': INDEX,
  './jobs/nats.tgz': await natsJob(),
  './packages/golang1.3.tgz': await sourcePackage(),
  './packages/gnatsd.tgz': await sourcePackage('go build\n'),
});

export const read = async (entries: Readonly<Record<string, TarEntry>>, options?: ReadOptions) =>
  await readRelease(await writeTarball(entries), new MemoryBlobs(), options);

export const problemsOf = async (reading: Promise<unknown>): Promise<string[]> =>
  await reading.then(
    () => [],
    (error: InputError) => {
      expect(error.code).toBe('InvalidRelease');
      return error.problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
    },
  );

import { expect } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { type ReadOptions, readRelease } from '../../release/read-release.ts';
import type { FixtureBuild } from './release-folder.ts';
import { MemoryBlobs } from './release-tarball.ts';

export const read = (folder: string, options?: ReadOptions) => readRelease(folder, new MemoryBlobs(), options);

export const problemsOf = (reading: Promise<unknown>): Promise<string[]> =>
  reading.then(
    () => [],
    (error: InputError) => {
      expect(error.code).toBe('InvalidRelease');
      return error.problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
    },
  );

export const archives = (builds: readonly FixtureBuild[], name: (build: FixtureBuild) => string) =>
  Object.fromEntries(builds.map((build) => [name(build), build.archive]));

export const besideIndex = ({ kind, name, version }: FixtureBuild): string =>
  `.final_builds/${kind}/${name}/${version}.tgz`;

import { byteSize } from '../byte-size.ts';
import { countOf } from '../text/counts.ts';
import { phrase, type Text } from '../text/text.ts';
import type { Blob } from './release.ts';

interface Archived {
  readonly archive: Blob;
}

/** What a node needs of a release. */
export interface Closure {
  readonly jobs: readonly Archived[];
  readonly packages: readonly Archived[];
}

/** All that a release holds, by name. */
interface Whole {
  readonly jobs: Readonly<Record<string, Archived>>;
  readonly packages: Readonly<Record<string, Archived>>;
}

/** How much less than everything a node was sent; packages may have arrived compiled, so in another size than their sources. */
export function transferLine(sent: number, { jobs, packages }: Closure, release: Whole): Text {
  const needed = bytesOf([...jobs, ...packages]);
  const whole = bytesOf([...Object.values(release.jobs), ...Object.values(release.packages)]);
  return phrase('transferred {sent} (archives of its {jobs} and {packages}: {needed}, of the whole release: {whole})', {
    sent: byteSize(sent),
    jobs: countOf(jobs.length, 'job'),
    packages: countOf(packages.length, 'package'),
    needed: byteSize(needed),
    whole: byteSize(whole),
  });
}

const bytesOf = (archives: readonly Archived[]): number => archives.reduce((sum, { archive }) => sum + archive.size, 0);

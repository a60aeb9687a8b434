import { expect, it } from 'vitest';
import { transferLine } from '../../../domain/release/transfer.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const of = (size: number) => ({ archive: { sha256: '0'.repeat(64), size } });

const release = {
  jobs: { nats: of(12_000), dea: of(88_000) },
  packages: { common: of(1_000_000), ruby: of(40_200_000) },
};
const { nats } = release.jobs;
const { common } = release.packages;

it.each([
  [1_234_567, { jobs: [nats], packages: [common] }, 'transferred 1.2 MB (archives of its 1 job and 1 package: 1.0 MB'],
  [345, { jobs: [nats], packages: [] }, 'transferred 345 B (archives of its 1 job and 0 packages: 12.0 kB'],
])('tells what a node was sent beside what it needs and what there is: %i bytes', (sent, closure, line) => {
  expect(inEnglish(transferLine(sent, closure, release))).toBe(`${line}, of the whole release: 41.3 MB)`);
});

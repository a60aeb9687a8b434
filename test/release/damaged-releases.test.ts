import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { readRelease } from '../../release/read-release.ts';
import { INDEX, problemsOf, read, whole } from './release-problems.ts';
import { MemoryBlobs, tarball, writeTarball } from './release-tarball.ts';

it('never fails on damaged bytes but with its problems', async () => {
  const file = await writeTarball(await whole());
  const good = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, bytes) => {
      const damaged = Buffer.from(good);
      damaged.set(bytes.subarray(0, good.length - at), at);
      await writeFile(file, damaged);
      const outcome = await readRelease(file, new MemoryBlobs()).then(() => 'InvalidRelease', code);
      expect(outcome).toBe('InvalidRelease');
      await writeFile(file, good.subarray(0, at));
      expect(await readRelease(file, new MemoryBlobs()).then(() => 'whole', code)).toBe('InvalidRelease');
    }),
    { numRuns: 30 },
  );
});

it('never fails on any index but with its problems', async () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...'[{&:*!|>-'));
  await fc.assert(
    fc.asyncProperty(fc.nat(INDEX.length), texts, async (at, text) => {
      const index = INDEX.slice(0, at) + text + INDEX.slice(at);
      const outcome = await read({ ...(await whole()), './release.MF': index }).then(() => 'InvalidRelease', code);
      expect(['InvalidRelease', 'PackageCycle']).toContain(outcome);
    }),
    { numRuns: 30 },
  );
});

const code = (error: InputError): unknown => error.code;

it('stops at archives that unpack to more than they may', async () => {
  const limits = {
    release: { entries: 10, entry: 100_000, total: 1_000_000 },
    job: { entries: 10, entry: 1000, total: 20_000 },
    package: { entries: 3, entry: 1_000_000, total: 500_000 },
    jobArchive: 50_000,
    text: 500,
  };
  const zeros = Buffer.alloc(900_000);
  const bomb = await tarball({ zeros });
  const many = await tarball({ a: '', b: '', c: '', d: '' });
  const job = await tarball({ 'job.MF': '', monit: '', big: Buffer.alloc(2000) });
  const base = await whole();

  expect(await problemsOf(read({ ...base, zeros }, { limits }))).toContain(': "zeros" has more than 100000 bytes');
  expect(await problemsOf(read({ ...base, './packages/gnatsd.tgz': bomb }, { limits }))).toEqual([
    '/packages/gnatsd: unpacks to more than 500000 bytes',
  ]);
  expect(await problemsOf(read({ ...base, './packages/gnatsd.tgz': many }, { limits }))).toEqual([
    '/packages/gnatsd: more than 3 entries',
  ]);
  expect(await problemsOf(read({ ...base, './jobs/nats.tgz': job }, { limits }))).toContain(
    '/jobs/nats: "big" has more than 1000 bytes',
  );
  expect(await problemsOf(read({ ...base, './jobs/nats.tgz': randomBytes(60_000) }, { limits }))).toEqual([
    '/jobs/nats: jobs/nats.tgz has more than 50000 bytes',
  ]);
  expect(await problemsOf(read({ ...base, './release.MF': `${INDEX}#${'-'.repeat(500)}` }, { limits }))).toContain(
    ': release.MF has more than 500 bytes',
  );
});

it('says so when the file or an archive in it is damaged', async () => {
  const file = await writeTarball(await whole());
  await writeFile(file, (await readFile(file)).subarray(0, 300));
  const [first] = await problemsOf(readRelease(file, new MemoryBlobs()));
  expect(first).toBe(': not a readable tar.gz: unexpected end of file');
  const entries = { ...(await whole()), './packages/gnatsd.tgz': 'no archive at all', './jobs/nats.tgz': 'nor this' };
  expect(await problemsOf(read(entries))).toEqual([
    '/jobs/nats: not a readable tar.gz: incorrect header check',
    '/jobs/nats: has no job.MF',
    '/packages/gnatsd: not a readable tar.gz: incorrect header check',
  ]);
});

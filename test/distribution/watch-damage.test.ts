import { expect, it, onTestFinished } from 'vitest';
import { watchDamage } from '../../distribution/watch-damage.ts';
import type { DamagedFile } from '../../domain/damaged-file.ts';
import { until } from '../support/until.ts';

const CHANGED: DamagedFile = { path: 'server/main.ts', how: 'changed' };

function watched(times: { readonly bytesEveryMs?: number } = {}) {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const files: DamagedFile[] = [];
  const told: (readonly DamagedFile[])[] = [];
  const looks = { files: 0, bytes: 0 };
  const look = (kind: keyof typeof looks) => async () => {
    looks[kind] += 1;
    return [...files];
  };
  const check = { damagedFiles: look('files'), damagedBytes: look('bytes') };
  const watching = watchDamage(check, (now) => void told.push(now), ending.signal, {
    firstMs: 1,
    everyMs: 1,
    ...times,
  });
  return { files, told, looks, ending, watching };
}

it('tells at first, and each time the damage is another one', async () => {
  const { files, told, looks } = watched();
  await until(async () => looks.files > 3, 'it has looked');
  expect(told).toEqual([[]]);
  files.push(CHANGED);
  await until(async () => told.length > 1, 'it has told');
  files.pop();
  await until(async () => told.length > 2, 'it has told');
  expect(told).toEqual([[], [CHANGED], []]);
});

it('reads all bytes now and then', async () => {
  const { looks } = watched({ bytesEveryMs: 0 });
  await until(async () => looks.bytes > 1, 'it has read');
  expect(looks.files).toBe(1);
});

it('reads all bytes once after the first look', async () => {
  const { looks } = watched();
  await until(async () => looks.files > 3, 'it has looked');
  expect(looks.bytes).toBe(1);
});

it('ends when it is told to', async () => {
  const { ending, watching } = watched();
  ending.abort();
  await watching;
});

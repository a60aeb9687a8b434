import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterEach, expect, it, vi } from 'vitest';
import { createRubies, type Ruby } from '../../../rendering/sandbox/rubies.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const JOBS = '{"jobs":{},"ahead":true}';
const OTHERS = '{"jobs":{"a":{}},"ahead":true}';

const started: Ruby[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const ruby of started.splice(0)) ruby.kill('SIGKILL');
});

const keep = (ruby: Ruby): Ruby => {
  started.push(ruby);
  return ruby;
};

/** The first lines of what it writes: it is ready by then. */
async function firstLines({ stdout }: Ruby, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdout })) if (lines.push(line) === count) break;
  return lines;
}

const firstLine = async (ruby: Ruby): Promise<string> => (await firstLines(ruby, 1)).join('');

it('starts a new one for each rendering', async () => {
  const rubies = createRubies();
  const [one, other] = [keep(await rubies.start(JOBS)), keep(await rubies.start(JOBS))];
  expect(one.pid).not.toBe(other.pid);
  expect(await firstLine(one)).toBe('{"ready":true}');
});

it('gives the one that is ready once', async () => {
  const rubies = createRubies();
  rubies.prepare();
  rubies.prepare();
  const [one, other] = [keep(await rubies.start(JOBS)), keep(await rubies.start(JOBS))];
  expect(one.pid).not.toBe(other.pid);
  expect(await firstLine(one)).toBe('{"ready":true}');
});

it('has one ready with the jobs of the last, which is given for these alone', async () => {
  const rubies = createRubies();
  const first = keep(await rubies.start(JOBS));
  const prepared = async (): Promise<number | undefined> => {
    const before = new Set(living());
    rubies.prepare();
    await until(() => living().some((id) => !before.has(id)), 'it lives');
    return living().find((id) => !before.has(id));
  };
  const ready = await prepared();
  const same = keep(await rubies.start(JOBS));
  expect(same.pid).toBe(ready);
  expect(same.pid).not.toBe(first.pid);
  // It was told its jobs once.
  expect(await firstLines(same, 2)).toEqual(['{"ready":true}', '{"ready":true}']);

  const readyAgain = await prepared();
  const other = keep(await rubies.start(OTHERS));
  expect(other.pid).not.toBe(readyAgain);
  await until(() => !living().includes(readyAgain ?? 0), 'it has ended');
  expect(await firstLines(other, 2)).toEqual(['{"ready":true}', '{"at":["a","job.MF"]}']);
});

it('keeps what Node has compiled for it before it is killed', async () => {
  const kept = temporaryFolder();
  vi.stubEnv('NODE_COMPILE_CACHE', kept);
  keep(await createRubies().start(JOBS));
  await until(() => readdirSync(kept, { recursive: true }).length > 10, 'its modules are kept');
});

/** Ids of the rubies that this process has started and that live. */
const living = (): number[] =>
  spawnSync('pgrep', ['-P', String(process.pid), '-f', 'dry-renderer-child'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line !== '')
    .map(Number);

it('gives none that has died meanwhile', async () => {
  const rubies = createRubies();
  rubies.prepare();
  await until(() => living().length === 1, 'it lives');
  const [dead = Number.NaN] = living();
  process.kill(dead, 'SIGKILL');
  await until(() => living().length === 0, 'it is dead');
  // Its process is there until Node has heard of it.
  await until(() => !existsSync(`/proc/${dead}`), 'Node has heard of it');
  const ruby = keep(await rubies.start(JOBS));
  expect(ruby.pid).not.toBe(dead);
  expect(await firstLine(ruby)).toBe('{"ready":true}');
});

it('ends the one that nobody needs, at the end and after a while', async () => {
  const rubies = createRubies();
  rubies.prepare();
  await until(() => living().length === 1, 'it lives');
  rubies.close();
  await until(() => living().length === 0, 'it has ended');
  createRubies({ keptMs: 200 }).prepare();
  await until(() => living().length === 1, 'the other lives');
  await until(() => living().length === 0, 'the other has ended');
});

it('loses nothing with a spare one that cannot be started', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const rubies = createRubies();
  rubies.prepare();
  rubies.close();
  // By then that one has failed too, and an error that nobody hears of fails the test.
  await expect(createRubies().start(JOBS)).rejects.toThrow();
});

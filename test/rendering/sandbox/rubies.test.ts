import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { createRubies, type Ruby } from '../../../rendering/sandbox/rubies.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const started: Ruby[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const ruby of started.splice(0)) ruby.kill('SIGKILL');
});

const keep = (ruby: Ruby): Ruby => {
  started.push(ruby);
  return ruby;
};

/** The first line of what it writes: it is ready by then. */
async function firstLine({ stdout }: Ruby): Promise<string> {
  const [text] = (await once(stdout, 'data')) as [Buffer];
  return text.toString().trim();
}

it('starts a new one for each rendering', async () => {
  const rubies = createRubies();
  const [one, other] = [keep(await rubies.start()), keep(await rubies.start())];
  expect(one.pid).not.toBe(other.pid);
  expect(await firstLine(one)).toBe('{"ready":true}');
});

it('gives the one that is ready once', async () => {
  const rubies = createRubies();
  rubies.prepare();
  rubies.prepare();
  const [one, other] = [keep(await rubies.start()), keep(await rubies.start())];
  expect(one.pid).not.toBe(other.pid);
  expect(await firstLine(one)).toBe('{"ready":true}');
});

it('keeps what Node has compiled for it before it is killed', async () => {
  const kept = temporaryFolder();
  vi.stubEnv('NODE_COMPILE_CACHE', kept);
  keep(await createRubies().start());
  await until(() => readdirSync(kept, { recursive: true }).length > 10, 'its modules are kept', 60_000);
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
  const [dead = 0] = living();
  process.kill(dead, 'SIGKILL');
  await until(() => living().length === 0, 'it is dead');
  // Node hears of it in the next turn.
  await nextTurn();
  await nextTurn();
  const ruby = keep(await rubies.start());
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

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mirrorRoot } from '../../mirror/location.ts';
import type { Release } from '../../domain/release/release.ts';
import { openMirror } from '../../mirror/mirror.ts';
import { ACTIVATED_SETTINGS, serialWith } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../cli/activate.ts', import.meta.url));
const SERIAL = serialWith();
const RELEASE: Release = { name: 'cf', version: '170', sha256: 'f'.repeat(64), jobs: {}, packages: {} };

function activate(dataDir: string, words: readonly string[], { input = '', isTerminal = false, more = {} } = {}) {
  const line = [process.execPath, COMMAND, ...words];
  // `script` gives it a terminal of its own.
  const [program = '', ...rest] = isTerminal ? ['script', '-qec', line.join(' '), '/dev/null'] : line;
  const { DEPLOYMENT_ENGINE_SERIAL: _, ...settings } = ACTIVATED_SETTINGS;
  const env = { ...process.env, ...settings, DEPLOYMENT_ENGINE_DATA_DIR: dataDir, ...more };
  const { status, stdout, stderr } = spawnSync(program, rest, { env, input, encoding: 'utf8', timeout: 170_000 });
  return { status, stdout, stderr };
}

it('activates with what follows it, or what it reads', () => {
  const dataDir = temporaryFolder();
  const done = { status: 0, stdout: expect.stringContaining('is activated with serial …71a1: 100000 of 100000') };
  expect(activate(dataDir, [SERIAL])).toMatchObject(done);
  const again = { status: 0, stdout: expect.stringContaining('was activated before') };
  expect(activate(dataDir, ['-'], { input: `${SERIAL}\n` })).toMatchObject(again);
  const more = { DEPLOYMENT_ENGINE_LANGUAGE: 'zh' };
  const inChinese = { status: 0, stdout: expect.stringContaining('此前已用序列号 …71a1 激活：还可部署') };
  expect(activate(dataDir, ['-'], { input: SERIAL, more })).toMatchObject(inChinese);
});

it('says for which engine and for which release', async () => {
  const [dataDir, cacheDir] = [temporaryFolder(), temporaryFolder()];
  const more = { DEPLOYMENT_ENGINE_CACHE_DIR: cacheDir };
  const activated = () => activate(dataDir, [serialWith({ release: 'cf-lite' })], { more });
  const mirror = openMirror(mirrorRoot({ cacheDir }));
  await mirror.makeDefault(RELEASE);
  await mirror.saveRelease(RELEASE);
  expect(activated()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /for the release cf-lite alone, and this engine deploys cf, as DEPLOYMENT_ENGINE_RELEASE or the mirror/,
    ),
  });
  await mirror.saveRelease({ ...RELEASE, name: 'cf-lite' });
  expect(activated()).toMatchObject({
    status: 0,
    stdout: `The engine of ${dataDir} is activated with serial …71a1: 100000 of 100000 deployments left, for the release cf-lite alone.\n`,
  });
  // Nothing is known of a release that was not taken in.
  const unread = {
    ...more,
    DEPLOYMENT_ENGINE_RELEASE: '/nowhere/cf.tgz',
    DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
  };
  expect(activate('', [serialWith({ release: 'cf-lite' })], { more: unread })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('for the release cf-lite alone'),
  });
});

it('says what is wrong with a serial', () => {
  expect(activate(temporaryFolder(), ['nonsense'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('is no serial'),
  });
});

it('asks on a terminal until the serial is good, and never elsewhere', () => {
  const answered = activate(temporaryFolder(), [], { input: `nonsense\n${SERIAL}\n`, isTerminal: true });
  expect(answered.stdout).toMatch(/Serial of the Deployment Engine.*is no serial.*is activated with serial …71a1/s);
  const later = activate(temporaryFolder(), [], { input: '\n', isTerminal: true });
  expect(later.stdout).toContain('deploys are refused until ./DeploymentEngineServer activate.');
  expect(activate(temporaryFolder(), [])).toMatchObject({ status: 2, stderr: expect.stringContaining('no serial') });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ACTIVATED_SETTINGS, serialWith } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../cli/activate.ts', import.meta.url));
const SERIAL = serialWith();

function activate(dataDir: string, words: readonly string[], { input = '', isTerminal = false } = {}) {
  const line = [process.execPath, COMMAND, ...words];
  // `script` gives it a terminal of its own.
  const [program = '', ...rest] = isTerminal ? ['script', '-qec', line.join(' '), '/dev/null'] : line;
  const { DEPLOYMENT_ENGINE_SERIAL: _, ...settings } = ACTIVATED_SETTINGS;
  const env = { ...process.env, ...settings, DEPLOYMENT_ENGINE_DATA_DIR: dataDir };
  const { status, stdout, stderr } = spawnSync(program, rest, { env, input, encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}

it('activates with what follows it, or what it reads', () => {
  const dataDir = temporaryFolder();
  const done = { status: 0, stdout: expect.stringContaining('is activated with serial …71a1: 100000 of 100000') };
  expect(activate(dataDir, [SERIAL])).toMatchObject(done);
  const again = { status: 0, stdout: expect.stringContaining('was activated before') };
  expect(activate(dataDir, ['-'], { input: `${SERIAL}\n` })).toMatchObject(again);
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { configurationDocument, type Gateway, postConfiguration, startGateway } from '../api/gateway.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../cli/plan.ts', import.meta.url));

const CHINESE = { DEPLOYMENT_ENGINE_LANGUAGE: 'zh' };

const plan = (url: string, ...words: string[]) => planWith({}, url, words);

async function planWith(
  more: Readonly<Record<string, string>>,
  url: string,
  words: readonly string[] = [],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DEPLOYMENT_ENGINE_LISTEN: new URL(url).host, ...more };
  const child = spawn(process.execPath, [COMMAND, ...words], { env });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}

async function answering(): Promise<Gateway> {
  const gateway = await startGateway();
  gateway.cluster.inspect = async (_question, inspection) => {
    const release = { name: 'cf', version: '170', sha256: '' };
    await gateway.store.inspections.answer(inspection, {
      revision: 1,
      release,
      nodes: [],
      instances: [],
      builds: {},
      hash: 'abc',
    });
  };
  return gateway;
}

const fileWith = (document: unknown): string => {
  const file = join(temporaryFolder(), 'cluster.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
};

it('shows the plan of a file, and of what was posted', async () => {
  const gateway = await answering();
  const shown = { code: 0, stdout: 'Revision 1, cf 170: no changes\n\nPlan abc\n', stderr: '' };
  expect(await plan(gateway.url, '--config', fileWith(configurationDocument()))).toEqual(shown);
  await postConfiguration(gateway);
  expect(await plan(gateway.url)).toEqual(shown);
  expect(JSON.parse((await plan(gateway.url, '--json')).stdout)).toMatchObject({ hash: 'abc' });
});

it('shows every problem of a configuration, and fails', async () => {
  const { url } = await answering();
  const { code, stderr } = await plan(url, '--config', fileWith(configurationDocument(['nowhere', 'neither'])));
  expect(code).toBe(1);
  expect(stderr).toMatch(/\/components\/nats\/0: .*\n.*\/components\/nats\/1: /);
});

it("says all of it in the engine's language", async () => {
  const { url } = await answering();
  expect(await planWith(CHINESE, url, ['--config', fileWith(configurationDocument())])).toEqual({
    code: 0,
    stdout: '配置版本 1，cf 170：没有变更\n\n部署计划 abc\n',
    stderr: '',
  });
  // Of the API itself.
  expect((await planWith(CHINESE, url)).stderr).toMatch(/^[^a-z]*尚未/);
  expect((await planWith(CHINESE, 'http://127.0.0.1:1')).stderr).toContain('请启动 ./DeploymentEngineServer');
});

it.each([
  [
    'a file that is not there',
    ['--config', '/nowhere.json'],
    '--config: /nowhere.json cannot be read: no such file or directory',
  ],
  ['a folder', ['--config', '/'], '--config: / cannot be read: illegal operation on a directory'],
  ['a word it does not know', ['--verbose'], "error: unknown option '--verbose'"],
])('ends with 2 and says what is wrong with %s', async (_case, words, message) => {
  expect(await plan((await answering()).url, ...words)).toMatchObject({ code: 2, stderr: `${message}\n` });
});

it('ends with 3 and says what to start when no engine answers', async () => {
  const answer = await plan('http://127.0.0.1:1');
  expect(answer.code).toBe(3);
  expect(answer.stderr).toContain('start ./DeploymentEngineServer');
});

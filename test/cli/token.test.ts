import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../cli/token.ts', import.meta.url));

let language = '';
afterEach(() => {
  language = '';
});

function token(dataDir: string, ...words: string[]): { code: number | null; out: string; error: string } {
  const env = { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir, DEPLOYMENT_ENGINE_LANGUAGE: language };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words], { env, encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

it('makes a token that the engine knows until it is revoked', async () => {
  // Before the first start of an engine, and beside one that is running.
  const dataDir = join(temporaryFolder(), 'data');
  const made = token(dataDir, 'create', '--scope', 'operator', '--name', 'ops@example', '--expires', '2h');
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^de_[\w-]{43}\n$/) });
  const id = /^Token (\w{8}) \(ops@example, operator\)/m.exec(made.error)?.[1] ?? '';
  expect(statSync(dataDir).mode & 0o077).toBe(0);

  const store = await openStore({ dataDir });
  expect(await store.tokens.find(made.out.trim())).toMatchObject({ id, scope: 'operator', name: 'ops@example' });
  expect(token(dataDir, 'list').out).toMatch(new RegExp(`^${id}  operator  ops@example  until \\d{4}-`));
  expect(token(dataDir, 'revoke', id)).toMatchObject({ code: 0 });
  expect(await store.tokens.find(made.out.trim())).toBeUndefined();
  expect(token(dataDir, 'list').out).toMatch(new RegExp(`^${id}  operator  ops@example  revoked `));
  expect(token(dataDir, 'revoke', id)).toMatchObject({ code: 1, error: expect.stringContaining('no token in force') });
  const lines = (await store.log.read(0, { from: 0, limit: 9 })).map(({ line }) => line);
  expect(lines).toEqual([
    `token ${id} (ops@example, operator) was made on the control machine`,
    `token ${id} was revoked on the control machine`,
  ]);
  await store.close();
});

it("says in the engine's language what it has done and why it has not", () => {
  language = 'zh';
  const dataDir = join(temporaryFolder(), 'data');
  expect(token(dataDir, 'create', '--scope', 'viewer').error).toMatch(
    /^已创建数据目录[^]*令牌 \w{8}（unnamed，viewer），有效期至/,
  );
  expect(token(dataDir, 'list').out).toMatch(/  viewer {4}unnamed  有效至 \d{4}-/);
  expect(token(dataDir, 'revoke', 'abcd')).toMatchObject({
    code: 1,
    error: '没有编号为 abcd 的有效访问令牌；`list` 会列出全部令牌\n',
  });
});

it.each([
  [['create'], "required option '--scope <scope>'"],
  [['create', '--scope', 'viewer', '--expires', '0s'], 'It is over at once'],
  [['create', '--scope', 'viewer', '--expires', '999999999d'], 'is longer than 3650d, the longest time there is'],
  [['create', '--scope', 'viewer', '--name', 'a\nb'], 'letters, digits'],
])('refuses %j with 2', (words, message) => {
  const dataDir = temporaryFolder();
  expect(token(dataDir, ...words)).toMatchObject({ code: 2, error: expect.stringContaining(message) });
  expect(readdirSync(dataDir)).toEqual([]);
});

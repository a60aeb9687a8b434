import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../api/start-check.ts', import.meta.url));
const A_DAY = 86_400_000;

/** What the check says of an engine that asks for tokens, and what local.log has then. */
async function check(prepare: (store: Store) => Promise<unknown>, language = 'en') {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  await prepare(store);
  const env = {
    ...process.env,
    DEPLOYMENT_ENGINE_DATA_DIR: dataDir,
    DEPLOYMENT_ENGINE_AUTH: 'tokens',
    DEPLOYMENT_ENGINE_LANGUAGE: language,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], { env, encoding: 'utf8' });
  const noted = (await store.log.read(0, { from: 0, limit: 9 })).map(({ line }) => line);
  await store.close();
  return { status, stdout, stderr, noted };
}

const create = ({ tokens }: Store, expiresAt: number) => tokens.create({ name: 'ops', scope: 'operator', expiresAt });

it('refuses where no token was ever made', async () => {
  expect(await check(async () => undefined)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('token create --scope operator'),
    noted: [],
  });
});

it.each([
  ['has expired', (store: Store) => create(store, Date.now() - 1)],
  ['was revoked', async (store: Store) => store.tokens.revoke((await create(store, Date.now() + A_DAY)).token.id)],
])('lets an engine start whose last token %s, and says that nobody gets in', async (_, prepare) => {
  const { status, stdout, noted } = await check(prepare);
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^Warning: no token is in force .*401.*token create/)]);
  expect(noted).toEqual([expect.stringContaining('no token is in force')]);
});

it('says in Chinese, on the terminal and in the log, that nobody gets in', async () => {
  const { stdout, noted } = await check((store) => create(store, Date.now() - 1), 'zh');
  const said =
    '已没有有效的访问令牌，所有调用者都会得到 401。创建一个：./DeploymentEngineServer token create --scope operator';
  expect([stdout, noted]).toEqual([`警告：${said}\n`, [said]]);
});

it('warns within a fortnight before the last token ends, and not before', async () => {
  const soon = await check(async (store) => {
    await create(store, Date.now() + A_DAY);
    await create(store, Date.now() + 13 * A_DAY);
  });
  const day = new Date(Date.now() + 13 * A_DAY).toISOString().slice(0, 10);
  expect([soon.status, soon.stdout]).toEqual([0, expect.stringContaining(`ends on ${day}`)]);
  expect(await check((store) => create(store, Date.now() + 15 * A_DAY))).toMatchObject({ status: 0, stdout: '' });
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readyServer, useServers } from '../server/server-process.ts';
import { ACTIVATED_SETTINGS, VENDOR_SETTINGS } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../DeploymentEngineServer', import.meta.url));
useServers();

it('starts from the backup of an engine that was running', async () => {
  const first = await readyServer(undefined, ACTIVATED_SETTINGS);
  const activation = async (url: string): Promise<unknown> =>
    (await fetch(`${url}/deployment-engine/activation`)).json();
  const activated = await activation(first.url);
  expect(activated).toMatchObject({ activated: true });
  const file = join(temporaryFolder(), 'backup');
  const call = (name: string, dataDir: string): void => {
    execFileSync(COMMAND, [name, file], { env: { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir } });
  };
  call('backup', first.dataDir);
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');

  const dataDir = join(temporaryFolder(), 'data');
  call('restore', dataDir);
  const second = await readyServer(dataDir, VENDOR_SETTINGS);
  expect(await activation(second.url)).toEqual(activated);
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../DeploymentEngineServer', import.meta.url));

// Nothing here comes as far as systemd: a test must not install a service.
it.each([
  [undefined, 'systemd would read "/srv/a b" in another way: use letters, digits and ./-_@+\n'],
  ['zh', 'systemd 会把 "/srv/a b" 理解成别的内容：只用字母、数字和 ./-_@+\n'],
])('refuses what systemd would not understand, in the language %s', (language, said) => {
  const { status, stderr } = spawnSync(PROGRAM, ['install-service', '--data-dir', '/srv/a b'], {
    encoding: 'utf8',
    env: { ...process.env, DEPLOYMENT_ENGINE_LANGUAGE: language },
  });
  expect([status, stderr]).toEqual([3, said]);
});

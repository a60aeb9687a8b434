import { expect, it } from 'vitest';
import { withServiceSettings } from '../../cli/service-settings.ts';

const SERVICE = {
  folder: '/opt/engine',
  user: 'engine',
  dataDir: '/var/lib/engine',
  cacheDir: '/var/cache/engine',
  keyFile: '/etc/engine.key',
};
const OF_SERVICE = {
  DEPLOYMENT_ENGINE_DATA_DIR: '/var/lib/engine',
  DEPLOYMENT_ENGINE_CACHE_DIR: '/var/cache/engine',
  DEPLOYMENT_ENGINE_KEY_FILE: '/etc/engine.key',
};
const given = (env: Record<string, string>, service: typeof SERVICE | undefined = SERVICE) =>
  withServiceSettings(env, service, '/opt/engine');

it('are those of the service where the command names no data folder', () => {
  expect(given({})).toEqual(OF_SERVICE);
  expect(given({ DEPLOYMENT_ENGINE_DATA_DIR: '' })).toEqual(OF_SERVICE);
});

it('leave a named key and cache alone', () => {
  const env = { DEPLOYMENT_ENGINE_KEY: 'ab', DEPLOYMENT_ENGINE_CACHE_DIR: '/c' };
  expect(given(env)).toEqual({ ...env, DEPLOYMENT_ENGINE_DATA_DIR: '/var/lib/engine' });
});

it.each([
  ['a data folder is named', { DEPLOYMENT_ENGINE_DATA_DIR: './data' }, SERVICE],
  ['another folder is the service', {}, { ...SERVICE, folder: '/opt/other' }],
])('are the own ones where %s', (_case, env, service) => {
  expect(given(env, service)).toEqual(env);
});

it('are the own ones where no service is installed', () => {
  expect(withServiceSettings({}, undefined, '/opt/engine')).toEqual({});
});

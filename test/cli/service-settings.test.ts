import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withServiceSettings } from '../../cli/service-settings.ts';
import { serviceEnvironment } from '../../distribution/service/service-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
const given = (
  env: Record<string, string>,
  { service = SERVICE, file = {} }: { service?: typeof SERVICE; file?: Record<string, string> } = {},
) => withServiceSettings(env, { service, folder: '/opt/engine', environment: () => file });

it('are those of the service where the command names no data folder', () => {
  expect(given({})).toEqual(OF_SERVICE);
  expect(given({ DEPLOYMENT_ENGINE_DATA_DIR: '' })).toEqual(OF_SERVICE);
});

it('leave a named key and cache alone', () => {
  const env = { DEPLOYMENT_ENGINE_KEY: 'ab', DEPLOYMENT_ENGINE_CACHE_DIR: '/c' };
  expect(given(env)).toEqual({ ...env, DEPLOYMENT_ENGINE_DATA_DIR: '/var/lib/engine' });
});

it("are those of the service's file above all that its unit says", () => {
  const file = {
    DATABASE_URL_FILE: '/etc/database-url',
    DEPLOYMENT_ENGINE_KEY: 'ab',
    DEPLOYMENT_ENGINE_CLUSTER: 'blue',
  };
  const { DEPLOYMENT_ENGINE_KEY_FILE: _other, ...ofUnit } = OF_SERVICE;
  expect(given({}, { file })).toEqual({ ...ofUnit, ...file });
  const env = { DATABASE_URL: 'postgres://engine@db.example/engine' };
  const { DATABASE_URL_FILE: _hidden, ...rest } = file;
  expect(given(env, { file })).toEqual({ ...ofUnit, ...rest, ...env });
});

it.each([
  ['a data folder is named', { DEPLOYMENT_ENGINE_DATA_DIR: './data' }, SERVICE],
  ['another folder is the service', {}, { ...SERVICE, folder: '/opt/other' }],
])('are the own ones where %s', (_case, env, service) => {
  expect(given(env, { service })).toEqual(env);
});

it('are the own ones where no service is installed', () => {
  const none = { service: undefined, folder: '/opt/engine', environment: () => ({}) };
  expect(withServiceSettings({}, none)).toEqual({});
});

describe('the file of the service', () => {
  const read = (text: string) => {
    const file = join(temporaryFolder(), 'settings');
    writeFileSync(file, text);
    return serviceEnvironment({ folder: '/opt/engine' }, file);
  };

  it('is read as systemd does, paths from its folder', () => {
    expect(read('# ours\nDEPLOYMENT_ENGINE_CLUSTER=blue\nDATABASE_URL_FILE="secrets/url"\n\n')).toEqual({
      DEPLOYMENT_ENGINE_CLUSTER: 'blue',
      DATABASE_URL_FILE: '/opt/engine/secrets/url',
    });
  });

  it('may be missing, and never unreadable', () => {
    const folder = temporaryFolder();
    expect(serviceEnvironment({ folder: '/opt/engine' }, join(folder, 'none'))).toEqual({});
    expect(() => serviceEnvironment({ folder: '/opt/engine' }, folder)).toThrow(/settings of the service.*as root/);
  });
});

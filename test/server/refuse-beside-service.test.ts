import { expect, it } from 'vitest';
import { refuseBesideService } from '../../server/refuse-beside-service.ts';

const SERVICE = { folder: '/opt/engine', dataDir: '/var/lib/engine' };
const HERE = { service: SERVICE, folder: '/opt/engine' };

it('starts no second engine by hand in the folder of the service', () => {
  expect(() => refuseBesideService({}, HERE)).toThrow(/\/var\/lib\/engine: systemctl restart/);
  expect(() => refuseBesideService({ DEPLOYMENT_ENGINE_DATA_DIR: '' }, HERE)).toThrow();
});

it.each([
  [
    'which names its data folder, as the service itself does',
    { DEPLOYMENT_ENGINE_DATA_DIR: '/var/lib/engine' },
    SERVICE,
  ],
  ['of another folder', {}, { ...SERVICE, folder: '/opt/other' }],
  ['where none is installed', {}, undefined],
])('starts one %s', (_which, env, service) => {
  expect(() => refuseBesideService(env, { ...HERE, service })).not.toThrow();
});

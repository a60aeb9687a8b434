import { expect, it } from 'vitest';
import { forgetOwnSecrets } from '../../domain/schemas/own-secrets.ts';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { ownPrograms } from '../../server/engine-programs.ts';
import { temporalProgram } from '../../server/temporal/temporal-program.ts';

it('shows the Temporal server no secret of ours', () => {
  const env = {
    PATH: '/usr/bin',
    DEPLOYMENT_ENGINE_KEY: '0'.repeat(64),
    DATABASE_URL: 'postgres://ops:canary@db/engine',
    TEMPORAL_API_KEY: 'canary',
    TEMPORAL_GRPC_META_AUTHORIZATION: 'canary',
  };
  const ui = { host: '127.9.9.9', port: 1 };
  const program = temporalProgram({ bin: 'temporal', version: '1', dataDir: '/data', port: 2, ui, env });
  expect(program.env).toEqual({ PATH: '/usr/bin' });
});

it('leaves none in an environment that it is done with', () => {
  const env = { PATH: '/usr/bin', DEPLOYMENT_ENGINE_KEY: 'k', DEPLOYMENT_ENGINE_SERIAL: 's', DATABASE_URL: 'u' };
  forgetOwnSecrets(env);
  expect(env).toEqual({ PATH: '/usr/bin' });
});

it('shows the mirror none either; worker and API open the store with it', () => {
  const key = '0'.repeat(64);
  const programs = ownPrograms(parseSettings({}), { DEPLOYMENT_ENGINE_KEY: key }, undefined);
  const keys = Object.fromEntries(programs.map(({ name, env }) => [name, env?.['DEPLOYMENT_ENGINE_KEY']]));
  expect(keys).toEqual({ api: key, worker: key, mirror: undefined });
});

it('speaks to its own Temporal server whatever is set for others, and to others as is set', () => {
  const set = { TEMPORAL_NAMESPACE: 'cf', TEMPORAL_TLS: 'true', PATH: '/bin' };
  const [own] = ownPrograms(parseSettings({}), set, { host: '127.9.9.9', port: 1 });
  expect(own?.env).toMatchObject({ TEMPORAL_ADDRESS: '127.0.0.1:7233', PATH: '/bin' });
  expect(own?.env).not.toHaveProperty('TEMPORAL_NAMESPACE');
  expect(own?.env).not.toHaveProperty('TEMPORAL_TLS');
  const [other] = ownPrograms(parseSettings({}), { ...set, TEMPORAL_ADDRESS: 't:1' }, undefined);
  expect(other?.env).toMatchObject({ ...set, TEMPORAL_ADDRESS: 't:1' });
});

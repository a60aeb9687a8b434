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

import { expect, it } from 'vitest';
import { temporalProgram } from '../../server/temporal-program.ts';

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

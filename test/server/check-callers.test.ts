import { expect, it } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { givenServer } from '../../temporal/temporal-server.ts';
import { callersMet } from '../../server/check-callers.ts';

it('says whom tokens do not keep out', () => {
  const own = callersMet(parseSettings({ DEPLOYMENT_ENGINE_AUTH: 'tokens' }), undefined);
  expect(own).toMatch(
    /asked for a token\.\n.*accounts of this machine reach Temporal.*127\.0\.0\.1:7233.*without one/i,
  );
  const env = { DEPLOYMENT_ENGINE_AUTH: 'tokens', TEMPORAL_ADDRESS: 'temporal.example:7233' };
  const settings = parseSettings(env);
  expect(callersMet(settings, givenServer(settings, env))).toMatch(
    /whoever reaches Temporal .*temporal\.example:7233.*without one/i,
  );
});

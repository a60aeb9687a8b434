import { expect, it } from 'vitest';
import { asksTokens } from '../../../domain/schemas/callers.ts';
import { type Environment, parseSettings, unknownSettings } from '../../../domain/schemas/settings.ts';

const OPEN = { DEPLOYMENT_ENGINE_LISTEN: '0.0.0.0:50000' };
const TLS = { DEPLOYMENT_ENGINE_TLS_CERT: '/c.pem', DEPLOYMENT_ENGINE_TLS_KEY: '/k.pem' };
const PROXY = { DEPLOYMENT_ENGINE_TLS: 'behind-proxy' };
const auth = (value: string) => ({ DEPLOYMENT_ENGINE_AUTH: value });

it.each<[Environment, boolean]>([
  [{}, false],
  [{ DEPLOYMENT_ENGINE_LISTEN: '[::1]:80' }, false],
  [TLS, false],
  [auth('tokens'), true],
  [{ ...OPEN, ...TLS }, true],
  [{ ...OPEN, ...PROXY }, true],
  // The proxy lets others in, wherever the engine itself listens.
  [PROXY, true],
  [{ ...PROXY, ...auth('none-i-know') }, false],
  [{ ...OPEN, ...auth('none-i-know') }, false],
])('says of %j whether it asks for tokens: %s', (env, asks) => {
  expect(asksTokens(parseSettings(env))).toBe(asks);
});

it.each<[Environment, string]>([
  [OPEN, 'DEPLOYMENT_ENGINE_LISTEN: 0.0.0.0 is reached by other machines'],
  [{ ...OPEN, ...auth('tokens') }, './DeploymentEngineServer token create --scope operator'],
  [{ DEPLOYMENT_ENGINE_TLS_CERT: '/c.pem' }, 'DEPLOYMENT_ENGINE_TLS_KEY: is missing'],
  [{ DEPLOYMENT_ENGINE_TLS_KEY: '/k.pem' }, 'DEPLOYMENT_ENGINE_TLS_CERT: is missing'],
  [{ ...TLS, ...PROXY }, 'DEPLOYMENT_ENGINE_TLS: DEPLOYMENT_ENGINE_TLS_CERT is set too'],
])('refuses %j', (env, message) => {
  expect(() => parseSettings(env)).toThrow(message);
});

it('knows the variables of its clients', () => {
  expect(unknownSettings({ DEPLOYMENT_ENGINE_TOKEN: 'x', DEPLOYMENT_ENGINE_URL: 'y' })).toEqual([]);
});

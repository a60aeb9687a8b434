import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { givenServer, temporalServer } from '../../temporal/temporal-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const given = (env: Record<string, string>) => givenServer(parseSettings(env), env);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function configuration(text: string): string {
  const file = join(temporaryFolder(), 'temporal.toml');
  writeFileSync(file, text);
  return file;
}

it('is our own where none is named, whatever is said of namespaces', () => {
  const env = { TEMPORAL_NAMESPACE: 'others', DEPLOYMENT_ENGINE_TEMPORAL_PORT: '7300' };
  expect(given(env)).toBeUndefined();
  expect(temporalServer(parseSettings(env), env)).toEqual({
    address: '127.0.0.1:7300',
    namespace: 'default',
    connection: { address: '127.0.0.1:7300' },
  });
});

it('is the one that TEMPORAL_ADDRESS names, with what goes with it', () => {
  expect(given({ TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_API_KEY: '' })).toEqual({
    address: 'temporal.example:7233',
    namespace: 'default',
    connection: { address: 'temporal.example:7233' },
  });
  const [ca, certificate, key] = ['ca', 'certificate', 'key'].map(configuration);
  const env = {
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_NAMESPACE: 'cf.a2dd6',
    TEMPORAL_API_KEY: 'canary',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca ?? '',
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificate ?? '',
    TEMPORAL_TLS_CLIENT_KEY_PATH: key ?? '',
    TEMPORAL_TLS_SERVER_NAME: 'inner.example',
  };
  expect(given(env)).toMatchObject({
    namespace: 'cf.a2dd6',
    connection: {
      apiKey: 'canary',
      tls: {
        serverNameOverride: 'inner.example',
        serverRootCACertificate: bytes('ca'),
        clientCertPair: { crt: bytes('certificate'), key: bytes('key') },
      },
    },
  });
});

it('speaks TLS with an API key or when told to', () => {
  const tlsWith = (env: Record<string, string>) => given({ TEMPORAL_ADDRESS: 't:1', ...env })?.connection.tls;
  expect(tlsWith({ TEMPORAL_API_KEY: 'canary' })).toBe(true);
  expect(tlsWith({ TEMPORAL_TLS: 'true' })).toMatchObject({});
  expect(tlsWith({ TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: 'canary' })).toBe(false);
  expect(tlsWith({})).toBeUndefined();
});

it('is the one of a profile, which variables override', () => {
  const TEMPORAL_CONFIG_FILE = configuration(`
    [profile.default]
    address = "plain.example:7233"
    [profile.cloud]
    address = "cloud.example:7233"
    namespace = "cf.a2dd6"
    api_key = "canary"`);
  expect(given({ TEMPORAL_CONFIG_FILE })).toMatchObject({ address: 'plain.example:7233', namespace: 'default' });
  const env = { TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'cloud', TEMPORAL_NAMESPACE: 'mine' };
  expect(given(env)).toMatchObject({
    address: 'cloud.example:7233',
    namespace: 'mine',
    connection: { apiKey: 'canary' },
  });
});

it('is not moved by a file that lies at the usual place for other programs', () => {
  const XDG_CONFIG_HOME = temporaryFolder();
  expect(given({ XDG_CONFIG_HOME, TEMPORAL_ADDRESS: 't:1' })?.namespace).toBe('default');
  expect(() => given({ XDG_CONFIG_HOME, TEMPORAL_PROFILE: 'cloud' })).toThrow("Profile 'cloud' not found");
});

it.each([
  ['a file that is not there', { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' }, 'TEMPORAL_CONFIG_FILE: /nowhere'],
  ['a key that Temporal does not know', 'addres = "t:1"', 'unrecognized in profile.default: addres'],
  ['a profile without an address', 'namespace = "cf"', 'TEMPORAL_ADDRESS: neither set nor'],
  ['an address without a port', 'address = "temporal.example"', '"temporal.example" is not host:port'],
  [
    'a certificate that is not there',
    { TEMPORAL_ADDRESS: 't:1', TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/no/ca' },
    '/no/ca',
  ],
])('refuses %s', (_what, wrong, message) => {
  const env =
    typeof wrong === 'string' ? { TEMPORAL_CONFIG_FILE: configuration(`[profile.default]\n${wrong}`) } : wrong;
  expect(() => given(env as Record<string, string>)).toThrow(message);
});

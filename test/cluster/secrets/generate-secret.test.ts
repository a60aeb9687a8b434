import { createPrivateKey, createPublicKey, createSign, createVerify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSecret } from '../../../cluster/secrets/generate-secret.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';

const cluster = { domain: 'cf.local' };
const KEYS = ['haproxy_ssl_pem', 'uaa_jwt_keys'];

describe.each([v160, v170, v194])('the secrets of cf $release.version', (version) => {
  it('are exactly those that the properties ask for', () => {
    const asked = new Set<string>();
    const facts = {
      domain: 'cf.local',
      component: 'dea' as const,
      index: 0,
      memoryMiB: 1,
      diskGiB: 1,
      isContainer: false,
      tunesNetwork: true,
      forwardsLogs: true,
      addresses: () => ['10.0.0.1'],
      reachable: () => ['10.0.0.1'] as const,
      secret: (name: string) => (asked.add(name), ''),
      port: () => 1,
    };
    for (const source of Object.values(version.properties)) if (typeof source === 'function') source(facts);
    expect([...asked].toSorted()).toEqual(version.secrets.toSorted());
  });

  it('are passwords of letters and digits that start with a letter', () => {
    const passwords = version.secrets
      .filter((name) => !KEYS.includes(name))
      .map((name) => generateSecret(name, cluster));
    expect(passwords.length).toBeGreaterThan(10);
    expect(new Set(passwords).size).toBe(passwords.length);
    for (const password of passwords) expect(password).toMatch(/^[A-Za-z][A-Za-z0-9]{19,}$/);
  });
});

it('makes a pair of keys that belong together', () => {
  const [signing = '', verification = ''] = generateSecret('uaa_jwt_keys', cluster).split(/(?=-----BEGIN PUBLIC)/);
  expect(signing).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  const signature = createSign('sha256').update('token').sign(signing);
  expect(createVerify('sha256').update('token').verify(verification, signature)).toBe(true);
});

describe('the certificate for haproxy', () => {
  it.each(['cf.local', `${'long-'.repeat(11)}label.${'b'.repeat(60)}.example`])('covers every name of %s', (domain) => {
    const pem = generateSecret('haproxy_ssl_pem', { domain });
    const certificate = new X509Certificate(pem);
    expect(certificate.checkHost(`api.${domain}`)).toBeDefined();
    expect(certificate.checkHost(domain)).toBeDefined();
    expect(certificate.checkHost('api.example.org')).toBeUndefined();
    expect(new Date(certificate.validTo).getFullYear() - new Date().getFullYear()).toBeGreaterThanOrEqual(9);
  });

  it('is followed by its own key', () => {
    const pem = generateSecret('haproxy_ssl_pem', cluster);
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----/);
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))).toBe(true);
    expect(createPublicKey(pem).asymmetricKeyType).toBe('rsa');
  });
});

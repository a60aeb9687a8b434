import { expect, it } from 'vitest';
import { ensureSecrets, secretsForPreview } from '../../../cluster/secrets/secrets-of-version.ts';
import { openSqlite, useStores } from '../../store/stores.ts';

const openStore = useStores(openSqlite);
const NAMES = ['nats_password', 'haproxy_ssl_pem'];
const VERSION = { secrets: NAMES };

it('keeps passwords whatever the domain, and has a certificate for each', async () => {
  const { secrets } = await openStore();
  let made = 0;
  const values = async (domain: string): Promise<unknown[]> => {
    const found = await ensureSecrets(secrets, VERSION, domain, (name) => `${name} ${(made += 1)}`);
    return NAMES.map((name) => found.get(name)?.reveal());
  };
  const first = await values('a.example');
  expect(first).toEqual(['nats_password 1', 'haproxy_ssl_pem 2']);
  expect(await values('b.example')).toEqual(['nats_password 1', 'haproxy_ssl_pem 3']);
  expect(await values('a.example')).toEqual(first);
});

it('makes nothing for a preview, which finds what is kept for its domain', async () => {
  const { secrets } = await openStore();
  const value = async (name: string, domain: string): Promise<string | undefined> =>
    (await secretsForPreview(secrets, VERSION, domain)).get(name)?.reveal();
  expect(await value('nats_password', 'a.example')).toBe('standInFornatspassword');
  expect((await secrets.known()).size).toBe(0);

  await ensureSecrets(secrets, VERSION, 'a.example', (name, { domain }) => `${name} of ${domain}`);
  expect(await value('nats_password', 'b.example')).toBe('nats_password of a.example');
  expect(await value('haproxy_ssl_pem', 'a.example')).toBe('haproxy_ssl_pem of a.example');
  expect(await value('haproxy_ssl_pem', 'b.example')).toMatch(/^-----BEGIN CERTIFICATE/);
  expect((await secrets.known()).size).toBe(2);
});

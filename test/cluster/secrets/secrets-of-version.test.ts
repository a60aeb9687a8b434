import { expect, it } from 'vitest';
import { clusterSecrets } from '../../../cluster/secrets/secrets-of-version.ts';
import { openSqlite, useStores } from '../../store/stores.ts';

const openStore = useStores(openSqlite);
const NAMES = ['nats_password', 'haproxy_ssl_pem'];

it('keeps passwords whatever the domain, and has a certificate for each', async () => {
  const { secrets } = await openStore();
  let made = 0;
  const values = async (domain: string): Promise<unknown[]> => {
    const found = await clusterSecrets({ secrets, names: NAMES, domain, generate: (name) => `${name} ${(made += 1)}` });
    return NAMES.map((name) => found.get(name)?.reveal());
  };
  const first = await values('a.example');
  expect(first).toEqual(['nats_password 1', 'haproxy_ssl_pem 2']);
  expect(await values('b.example')).toEqual(['nats_password 1', 'haproxy_ssl_pem 3']);
  expect(await values('a.example')).toEqual(first);
});

it('makes nothing for a preview', async () => {
  const { secrets } = await openStore();
  const found = await clusterSecrets({ secrets, names: NAMES, domain: 'a.example' });
  expect(found.get('nats_password')?.reveal()).toBe('not-made-yet-nats_password');
  expect((await secrets.known()).size).toBe(0);
});

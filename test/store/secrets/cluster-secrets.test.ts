import { describe, expect, it } from 'vitest';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

describe.each(DRIVERS)('cluster secrets in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('generates only what is not known and keeps it', async () => {
    const dataDir = folder();
    const asked: string[] = [];
    const generate = (name: string): string => {
      asked.push(name);
      return `value of ${name} ${asked.length}`;
    };
    await (await opened({ dataDir })).secrets.ensure(['nats.password', 'uaa'], generate);
    const found = await (await opened({ dataDir })).secrets.ensure(['uaa', 'login', 'nats.password'], generate);
    expect(asked).toEqual(['nats.password', 'uaa', 'login']);
    expect(found.get('nats.password')?.reveal()).toBe('value of nats.password 1');
    expect(found.get('login')?.reveal()).toBe('value of login 3');
  });

  it('names each secret so that it can be a shell variable', async () => {
    const { secrets } = await opened();
    const found = await secrets.ensure(['nats.pass-word'], () => 'some value');
    expect(found.get('nats.pass-word')?.name).toBe('nats_pass_word');
  });

  it('gives callers at the same time the same values', async () => {
    const { secrets } = await opened();
    let count = 0;
    const generate = (): string => `generated ${(count += 1)}`;
    const all = await Promise.all([1, 2, 3].map(() => secrets.ensure(['one'], generate)));
    expect(new Set(all.map((found) => found.get('one')?.reveal())).size).toBe(1);
  });

  it('tells those made so far, and makes none', async () => {
    const { secrets } = await opened();
    expect((await secrets.known()).size).toBe(0);
    await secrets.ensure(['nats'], () => 'made');
    expect([...(await secrets.known())].map(([name, secret]) => [name, secret.reveal()])).toEqual([['nats', 'made']]);
  });

  it('answers for no names at all', async () => {
    expect((await (await opened()).secrets.ensure([], () => '')).size).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { configuration } from '../samples.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

describe.each(DRIVERS)('configurations in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('gives each new content the next number', async () => {
    const { configurations } = await opened();
    const first = await configurations.accept(configuration({ nats: ['10.0.0.1'] }), { posted: 1 });
    const second = await configurations.accept(configuration({ nats: ['10.0.0.2'] }), { posted: 2 });
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(second.etag).not.toBe(first.etag);
    expect(await configurations.newest()).toEqual(second);
    expect(await configurations.get(1)).toEqual(first);
    expect(await configurations.get(3)).toBeUndefined();
  });

  it('sees what another process has made the newest', async () => {
    const dataDir = folder();
    const [own, others] = [await opened({ dataDir }), await opened({ dataDir })];
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      const accepted = await others.configurations.accept(configuration({ nats: [address] }), {});
      expect(await own.configurations.newest()).toEqual(accepted);
      expect(await own.configurations.newest()).toEqual(accepted);
    }
  });

  it('takes one that was read beside a revision only while that is the newest', async () => {
    const { configurations } = await opened();
    const first = configuration({ nats: ['10.0.0.1'] });
    expect((await configurations.accept(first, {}, 0)).number).toBe(1);
    const second = configuration({ nats: ['10.0.0.2'] });
    for (const content of [first, second])
      await expect(configurations.accept(content, {}, 0)).rejects.toMatchObject({ code: 'RevisionMismatch' });
    expect((await configurations.accept(second, {}, 1)).number).toBe(2);
    expect(await configurations.newestNumber()).toBe(2);
  });

  it('returns the newest revision for the same content in another order and another spelling', async () => {
    const { configurations } = await opened();
    const { components, properties, external } = configuration({ nats: ['10.0.0.1'], dea: ['10.0.0.2'] });
    const first = await configurations.accept({ components, properties, external }, { spelled: 'one way' });
    const turned = Object.fromEntries(Object.entries(components).reverse()) as typeof components;
    const second = await configurations.accept({ external, properties, components: turned }, { spelled: 'another' });
    expect(second).toEqual(first);
    expect(second.document).toEqual({ spelled: 'one way' });
  });

  it.each(['password', 'rootPassword'])('sees that %s changed', async (name) => {
    const { configurations } = await opened();
    await configurations.accept(configuration(), {});
    const changed = await configurations.accept(configuration(undefined, { [name]: 'another value' }), {});
    expect(changed.number).toBe(2);
  });

  it('makes a revision of a content that comes back after another one', async () => {
    const { configurations } = await opened();
    const first = await configurations.accept(configuration({ nats: ['10.0.0.1'] }), {});
    await configurations.accept(configuration({ nats: ['10.0.0.2'] }), {});
    const third = await configurations.accept(configuration({ nats: ['10.0.0.1'] }), {});
    expect(third.number).toBe(3);
    expect(third.etag).not.toBe(first.etag);
  });

  it('returns the secrets after a restart', async () => {
    const dataDir = folder();
    await (await opened({ dataDir })).configurations.accept(configuration(), {});
    const properties = (await (await opened({ dataDir })).configurations.newest())?.configuration.properties;
    expect(properties?.password.reveal()).toBe('first password');
    expect(properties?.rootPassword.reveal()).toBe('root password');
  });

  it('keeps the password of external nats, and never in the clear', async () => {
    const dataDir = folder();
    const natsPassword = new Secret('external_nats_password', 'of-the-other-cluster');
    const attached = { ...configuration({ dea: ['10.0.0.2'] }), external: { nats: ['10.0.0.1'], natsPassword } };
    const { configurations } = await opened({ dataDir });
    await configurations.accept(attached, {});
    const newest = (await (await opened({ dataDir })).configurations.newest())?.configuration;
    expect(newest?.external.natsPassword?.reveal()).toBe('of-the-other-cluster');
    const other = { nats: ['10.0.0.1'], natsPassword: new Secret('external_nats_password', 'changed') };
    expect((await configurations.accept({ ...attached, external: other }, {})).number).toBe(2);
  });

  it('accepts the same content posted many times at once as one revision', async () => {
    const { configurations } = await opened();
    const accepted = await Promise.all([1, 2, 3, 4, 5].map(() => configurations.accept(configuration(), {})));
    expect(new Set(accepted.map(({ number }) => number))).toEqual(new Set([1]));
  });
});

import { createPrivateKey, createSign } from 'node:crypto';
import { inspect } from 'node:util';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

describe.each(DRIVERS)('the engine identity in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('is made once per data folder', async () => {
    const dataDir = folder();
    const first = await (await opened({ dataDir })).engine.identity();
    const second = await (await opened({ dataDir })).engine.identity();
    expect(second).toEqual(first);
    expect(second.privateKey.reveal()).toBe(first.privateKey.reveal());
    expect((await (await opened()).engine.identity()).id).not.toBe(first.id);
  });

  it('is an RSA-3072 pair whose public line SSH reads and which verifies what the private key signs', async () => {
    const { publicKey, privateKey } = await (await opened()).engine.identity();
    expect(publicKey).toMatch(/^ssh-rsa AAAA[A-Za-z0-9+/=]+ deployment-engine$/);
    expect(createPrivateKey(privateKey.reveal()).asymmetricKeyDetails?.modulusLength).toBe(3072);

    const parsed = ssh2.utils.parseKey(publicKey);
    if (parsed instanceof Error) throw parsed;
    const signature = createSign('sha1').update('message').sign(privateKey.reveal());
    expect(parsed.verify('message', signature)).toBe(true);
  });

  it('counts generations up, in every process at once', async () => {
    const dataDir = folder();
    const one = (await opened({ dataDir })).engine;
    const other = (await opened({ dataDir })).engine;
    await one.identity();
    expect([await one.generation(), await other.generation()]).toEqual([1, 1]);
    expect(await one.raiseGeneration(4)).toBe(5);
    expect(await other.generation()).toBe(5);
    // A repeat, and one who knows less.
    expect([await one.raiseGeneration(4), await other.raiseGeneration(2)]).toEqual([5, 5]);
  });

  it('does not show its private key', async () => {
    expect(inspect(await (await opened()).engine.identity())).not.toContain('PRIVATE KEY');
  });
});

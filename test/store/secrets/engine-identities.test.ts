import { createPrivateKey, createSign } from 'node:crypto';
import { inspect } from 'node:util';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { line, runStart } from '../samples.ts';
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

  it('remembers the machines it has worked from, and which of its runs have done anything', async () => {
    const dataDir = folder();
    const one = await opened({ dataDir });
    const other = await opened({ dataDir });
    expect(await one.engine.past()).toEqual({ machine: '', machines: new Set(), newest: 0, idle: new Set() });
    for (const [store, machine] of [
      [one, 'a'],
      [other, 'b'],
      [other, 'b'],
    ] as const)
      await store.engine.workFrom({ machine, host: `control-${machine}` });
    await (await opened({ dataDir })).engine.workFrom({ machine: '', host: 'container' });

    const refused = (await one.runs.begin(runStart('refused'))).number;
    await one.runs.finish(refused, 'failed', undefined, line('end', 'local'));
    const swept = (await one.runs.begin(runStart('swept'))).number;
    await one.runs.finish(swept, 'ok', undefined, line('end', 'local'));
    const failed = (await one.runs.begin(runStart('failed'))).number;
    await one.steps.begin({ run: failed, target: '10.0.0.1', step: 'connect', round: 1 });
    await one.runs.finish(failed, 'failed', undefined, line('end', 'local'));
    const begun = (await one.runs.begin(runStart('begun'))).number;
    expect(await one.engine.past()).toEqual({
      machine: 'a',
      machines: new Set(['a', 'b']),
      newest: begun,
      idle: new Set([refused, begun]),
    });
    expect((await other.engine.past()).machine).toBe('b');
  });

  it('does not show its private key', async () => {
    expect(inspect(await (await opened()).engine.identity())).not.toContain('PRIVATE KEY');
  });
});

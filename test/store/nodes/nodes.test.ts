import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../../../domain/node/node-facts.ts';
import { DRIVERS, useStores } from '../stores.ts';

const FACTS = { hostname: 'one', system: 'debian-12', processors: 2, hasCgroups: true } as NodeFacts;

describe.each(DRIVERS)('nodes in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps the newest facts beside the host key', async () => {
    const { nodes } = await opened();
    expect(await nodes.facts('10.0.0.1')).toBeUndefined();
    await nodes.pinHostKey('10.0.0.1', 'SHA256:one');
    await nodes.saveFacts('10.0.0.1', FACTS);
    await nodes.saveFacts('10.0.0.1', { ...FACTS, processors: 4 });
    expect(await nodes.facts('10.0.0.1')).toEqual({ ...FACTS, processors: 4 });
    expect(await nodes.hostKey('10.0.0.1')).toBe('SHA256:one');
  });

  it('pins the first host key and returns it to whoever comes with another', async () => {
    const { nodes } = await opened();
    await nodes.saveFacts('10.0.0.1', FACTS);
    expect(await nodes.hostKey('10.0.0.1')).toBeUndefined();
    expect(await nodes.pinHostKey('10.0.0.1', 'SHA256:one')).toBe('SHA256:one');
    expect(await nodes.pinHostKey('10.0.0.1', 'SHA256:two')).toBe('SHA256:one');
  });

  it('keeps what an address shows instead of the pinned key until an operator trusts one', async () => {
    const { nodes } = await opened();
    await nodes.saveFacts('10.0.0.2', FACTS);
    await nodes.pinHostKey('10.0.0.1', 'SHA256:one');
    expect(await nodes.hostKeys()).toEqual([{ address: '10.0.0.1', pinned: 'SHA256:one', shown: undefined }]);

    const before = Date.now();
    await nodes.noteShownHostKey('10.0.0.1', 'SHA256:two');
    const [known] = await nodes.hostKeys();
    expect(known).toMatchObject({ pinned: 'SHA256:one', shown: { hostKey: 'SHA256:two' } });
    expect(known?.shown?.at).toBeGreaterThanOrEqual(before);
    expect(await nodes.hostKey('10.0.0.1')).toBe('SHA256:one');

    await nodes.trustHostKey('10.0.0.1', 'SHA256:two');
    await nodes.trustHostKey('10.0.0.9', 'SHA256:nine');
    expect(await nodes.hostKeys()).toEqual([
      { address: '10.0.0.1', pinned: 'SHA256:two', shown: undefined },
      { address: '10.0.0.9', pinned: 'SHA256:nine', shown: undefined },
    ]);
  });

  it('knows what the engine has claimed until it is given back', async () => {
    const { nodes } = await opened();
    await nodes.saveFacts('10.0.0.2', FACTS);
    for (const address of ['10.0.0.2', '10.0.0.1', '10.0.0.2']) await nodes.noteClaim(address);
    expect(await nodes.claimed()).toEqual(['10.0.0.1', '10.0.0.2']);
    await nodes.forgetClaim('10.0.0.1');
    await nodes.saveFacts('10.0.0.1', FACTS);
    expect(await nodes.claimed()).toEqual(['10.0.0.2']);
    await nodes.saveFacts('10.0.0.1', FACTS, true);
    await nodes.saveFacts('10.0.0.2', FACTS, false);
    expect(await nodes.claimed()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(await nodes.facts('10.0.0.2')).toEqual(FACTS);
  });

  it('numbers instances of a component and never gives a number again', async () => {
    const { nodes } = await opened();
    const first = await nodes.ensureNumbers([
      { component: 'nats', address: '10.0.0.1' },
      { component: 'nats', address: '10.0.0.2' },
      { component: 'dea', address: '10.0.0.2' },
    ]);
    expect(first.map(({ component, number }) => `${component}/${number}`)).toEqual(['nats/0', 'nats/1', 'dea/0']);

    // 10.0.0.1 left the configuration, 10.0.0.3 is new.
    const second = await nodes.ensureNumbers([
      { component: 'nats', address: '10.0.0.3' },
      { component: 'nats', address: '10.0.0.2' },
    ]);
    expect(second.map(({ address, number }) => `${address} ${number}`)).toEqual(['10.0.0.3 2', '10.0.0.2 1']);
    expect(await nodes.numbers()).toHaveLength(4);
  });
});

describe.each(DRIVERS)('adoptions in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps the newest word about each address', async () => {
    const { adoptions } = await opened();
    expect(await adoptions.of('10.0.0.1')).toBeUndefined();
    await adoptions.allow(
      new Map([
        ['10.0.0.1', { owner: 'b', generation: 4 }],
        ['10.0.0.2', { owner: '?', generation: 1 }],
      ]),
      'ana',
    );
    await adoptions.allow(new Map([['10.0.0.1', { owner: 'c', generation: 2 }]]), 'bob');
    expect(await adoptions.of('10.0.0.1')).toEqual({ owner: 'c', generation: 2 });
    expect(await adoptions.of('10.0.0.2')).toEqual({ owner: '?', generation: 1 });
  });
});

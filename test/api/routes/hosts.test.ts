import { beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const KEYS = ['one', 'two', 'three'].map((word) => `SHA256:${word.padEnd(43, '0')}`);
const [FIRST = '', SHOWN = '', NAMED = ''] = KEYS;
const IP = '10.10.101.181';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await startGateway();
});

const hosts = async (): Promise<unknown> => (await fetch(`${gateway.url}/deployment-engine/hosts`)).json();

async function trust(ip: string, body?: object) {
  const answer = await fetch(`${gateway.url}/deployment-engine/hosts/${encodeURIComponent(ip)}/trust`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

it('lists the keys that are pinned, and another one that was shown since', async () => {
  expect(await hosts()).toEqual([]);
  await gateway.store.nodes.pinHostKey(IP, FIRST);
  expect(await hosts()).toEqual([{ ip: IP, hostKey: FIRST, shown: null }]);
  await gateway.store.nodes.noteShownHostKey(IP, SHOWN);
  expect(await hosts()).toEqual([
    { ip: IP, hostKey: FIRST, shown: { hostKey: SHOWN, at: expect.stringMatching(/^\d{4}-.*Z$/) } },
  ]);
});

describe('trust', () => {
  beforeEach(() => gateway.store.nodes.pinHostKey(IP, FIRST));

  /** What the machine answers when it is asked. */
  const shows = async (answer: { readonly hostKey: string } | { readonly error: string }): Promise<void> => {
    await postConfiguration(gateway);
    gateway.cluster.inspect = async (question, inspection) => {
      expect([question, (await gateway.store.inspections.asked(inspection))?.addresses]).toEqual(['hostKeys', [IP]]);
      await gateway.store.inspections.answer<'hostKeys'>(inspection, [{ address: IP, ...answer }]);
    };
  };

  it('pins the key that the machine shows now, whatever it showed before, and notes who was trusted before', async () => {
    await gateway.store.nodes.noteShownHostKey(IP, NAMED);
    await shows({ hostKey: SHOWN });
    expect(await trust(`::ffff:${IP}`)).toEqual({ status: 200, json: { ip: IP, hostKey: SHOWN, before: FIRST } });
    expect(await hosts()).toEqual([{ ip: IP, hostKey: SHOWN, shown: null }]);
    const lines = await gateway.store.log.read(0, { from: 0, limit: 10 });
    expect(lines.map(({ line }) => line).findLast((line) => line.startsWith('host '))).toBe(
      `host ${IP}: trusts ${SHOWN} instead of ${FIRST}; by loopback`,
    );
  });

  it('says so where the machine shows the key that is pinned', async () => {
    await shows({ hostKey: FIRST });
    expect(await trust(IP)).toEqual({ status: 200, json: { ip: IP, hostKey: FIRST, before: FIRST } });
    const lines = await gateway.store.log.read(0, { from: 0, limit: 10 });
    expect(lines.map(({ line }) => line).findLast((line) => line.startsWith('host '))).toBe(
      `host ${IP}: trusts ${FIRST}, as before; by loopback`,
    );
  });

  it('changes nothing where the machine does not answer', async () => {
    await gateway.store.nodes.noteShownHostKey(IP, SHOWN);
    await shows({ error: `${IP} cannot be reached by SSH (ECONNREFUSED); is it up?` });
    const { status, json } = await trust(IP);
    expect([status, json['detail']]).toEqual([502, expect.stringContaining('Nothing was changed')]);
    expect(await gateway.store.nodes.hostKey(IP)).toBe(FIRST);
  });

  it('pins a key that the caller names, also before the first contact', async () => {
    expect(await trust(IP, { hostKey: NAMED })).toMatchObject({ status: 200 });
    expect(await trust('10.10.101.199', { hostKey: NAMED })).toEqual({
      status: 200,
      json: { ip: '10.10.101.199', hostKey: NAMED, before: null },
    });
    expect(await gateway.store.nodes.hostKey(IP)).toBe(NAMED);
    expect(await gateway.store.nodes.hostKey('10.10.101.199')).toBe(NAMED);
  });

  it.each([
    ['where nothing is posted', IP, undefined, 'name the key to trust'],
    ['where nobody was met', '10.10.101.199', undefined, '10.10.101.199 was never met'],
    ['of what is no address', 'nats', undefined, 'nats: must be an IPv4 or IPv6 address'],
    ['of what is no fingerprint', IP, { hostKey: 'aa:bb' }, 'must be a fingerprint'],
    ['with a key that it does not know', IP, { key: NAMED }, 'key'],
  ])('is refused %s', async (_, ip, body, message) => {
    const { status, json } = await trust(ip, body);
    expect({ status, text: JSON.stringify(json) }).toEqual({ status: 400, text: expect.stringContaining(message) });
    expect(await gateway.store.nodes.hostKey(IP)).toBe(FIRST);
  });
});

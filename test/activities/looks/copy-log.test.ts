import { setImmediate } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { createCopies } from '../../../activities/looks/copy-log.ts';
import type { CommandResult } from '../../../domain/command.ts';
import type { Configuration } from '../../../domain/configuration.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';

const opened = useStores(openSqlite);
const signal = new AbortController().signal;
const ADDRESS = '10.0.0.1';
const LISTING = 'job nats\n\n30 1700000000.5 nats/nats.log\0';

async function storeWithNats(): Promise<Store> {
  const store = await opened();
  const nats = { id: 'nats/0', component: 'nats', number: 0, address: ADDRESS } as const;
  await store.configurations.accept(configuration({ nats: [ADDRESS] }, { password: 'of the node' }), {});
  await store.installed.note(nats, { revision: 1, release: 'f'.repeat(64) });
  await store.configurations.accept(configuration({ nats: ['10.0.0.2'] }, { password: 'of another' }), {});
  return store;
}

type Answer = (text: string) => Partial<CommandResult>;

/** What a copy acts through: a node that answers as told, or throws. */
const sources = (store: Store, answer: Answer) => ({
  store,
  // Shown nowhere else than where it was posted for.
  logins: {
    of: async ({ properties }: Configuration) => {
      expect(properties.password.reveal()).toBe('of the node');
      return {} as Login;
    },
  },
  connections: {
    node: async () => {
      const read = async ({ text }: { text: string }) => ({ exitCode: 0, stdout: '', ...answer(text) });
      return { address: ADDRESS, read } as unknown as NodeSession;
    },
  },
});

const copyOf = async (store: Store, answer: Answer, instance = 'nats/0'): Promise<string> => {
  await createCopies(sources(store, answer))({ instance, copy: 'copy' }, signal);
  const pieces: Buffer[] = [];
  for await (const piece of store.copies.read('copy')) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

it('keeps the logs of an instance, secrets masked', async () => {
  const store = await storeWithNats();
  await store.log.learnSecrets([new Secret('password', 'tr0ub4dor-and-3')]);
  const text = await copyOf(store, (command) => {
    if (command.includes('find')) return { stdout: LISTING };
    const [, mark = ''] = /([0-9a-f]{32})/.exec(command) ?? [];
    return { stdout: `\n${mark}\nlogged in with tr0ub4dor-and-3\n` };
  });
  expect(text).toBe('==> /var/vcap/sys/log/nats/nats.log <==\nlogged in with ********\n');
});

it('says so where nothing was logged yet', async () => {
  const text = await copyOf(await storeWithNats(), () => ({ stdout: 'job nats\n\n' }));
  expect(text).toBe(`nats/0 has written nothing under /var/vcap/sys/log on ${ADDRESS} yet\n`);
});

it('reads one log at a time, and goes on after one that could not be read', async () => {
  const store = await storeWithNats();
  let [atOnce, most, count] = [0, 0, 0];
  const { connections, ...others } = sources(store, () => ({}));
  const read = async ({ text }: { text: string }): Promise<{ exitCode: number; stdout: string }> => {
    if (text.includes('find')) return { exitCode: 0, stdout: LISTING };
    atOnce += 1;
    most = Math.max(most, atOnce);
    await setImmediate();
    atOnce -= 1;
    count += 1;
    if (count === 1) throw new DeploymentEngineError('ConnectionLost', 'the connection was lost');
    return { exitCode: 0, stdout: '' };
  };
  const node = async (): Promise<NodeSession> => ({ ...(await connections.node()), read: read as never });
  const copyTo = createCopies({ ...others, connections: { node } });
  const copies = ['one', 'two', 'three'].map((copy) => copyTo({ instance: 'nats/0', copy }, signal));
  expect((await Promise.allSettled(copies)).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(most).toBe(1);
  expect(await store.copies.size('three')).toBeGreaterThan(0);
});

it.each([
  ['an instance that is not there any more', 'nats/0', () => ({ exitCode: 3 }), 'LogNotFound'],
  ['an instance that is not installed', 'nats/7', () => ({}), 'LogNotFound'],
  [
    'a node that does not answer',
    'nats/0',
    () => {
      throw new DeploymentEngineError('CommandTimedOut', 'no answer');
    },
    'CommandTimedOut',
  ],
] as const)('is refused at once for %s', async (_case, instance, answer, type) => {
  const error: unknown = await copyOf(await storeWithNats(), answer, instance).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ type, nonRetryable: true });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'ssh2';
import { sh } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';
import { createConnections } from '../../ssh/connections.ts';
import { printRatio } from '../print-goal.ts';
import { medianOf, printTimes } from '../print-times.ts';
import { type Driver, sshSettings } from './driver.ts';
import { acceptKey } from './node-state.ts';
import { run, timeOf } from './programs.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const COMMANDS = 50;
const NODES = 14;
/** Of the time that ssh2 alone takes. */
const GOAL = 1.3;
const SCRIPT = join(import.meta.dirname, '../../sample/nodes/nodes.sh');

interface Given {
  readonly folder: string;
  readonly key: { readonly file: string; readonly privateKey: string; readonly publicKey: string };
  driver(state: string): Promise<Driver>;
}

/** Fifty commands that do nothing, one after the other, on fourteen nodes at once, as root, with connections open. */
export async function fiftyCommands({ folder, key, driver }: Given): Promise<void> {
  const hosts = (await run('bash', [SCRIPT, 'status'])).match(/(\d+\.){3}\d+/g)?.slice(0, NODES) ?? [];
  if (hosts.length < NODES) {
    console.log(`fifty commands: left out, needs ${NODES} test nodes (npm run nodes -- up ${NODES})`);
    return;
  }
  for (const address of hosts) await acceptKey(address, key.publicKey);
  const state = join(folder, 'fifty.json');
  writeFileSync(state, JSON.stringify({ hosts, ssh: sshSettings(key.file), nodes: {} }));
  const [ours, plain, pyinfra] = [
    await openOurs(hosts, key.privateKey),
    await openPlain(hosts, key.privateKey),
    await driver(state),
  ];
  const times = { ours: [] as number[], ssh2: [] as number[], pyinfra: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const each = {
      ours: await timeOf(ours.run),
      ssh2: await timeOf(plain.run),
      pyinfra: await pyinfra.run(join(import.meta.dirname, 'fifty.py')),
    };
    // The first one is a warm-up.
    if (round > 0) for (const name of ['ours', 'ssh2', 'pyinfra'] as const) times[name].push(each[name]);
  }
  for (const [name, all] of Object.entries(times)) printTimes(`${COMMANDS} x ${NODES}, ${name}`, all);
  printRatio('ours / ssh2', medianOf(times.ours) / medianOf(times.ssh2), GOAL);
  await ours.close();
  plain.close();
  await pyinfra.close();
}

async function openOurs(hosts: readonly string[], privateKey: string) {
  const known = new Map<string, string>();
  const connections = createConnections({
    identity: { privateKey: new Secret('benchmark_key', privateKey) },
    hostKeys: {
      hostKey: async (address) => known.get(address),
      pinHostKey: async (address, fingerprint) => {
        known.set(address, fingerprint);
        return fingerprint;
      },
      noteShownHostKey: async () => {},
    },
    // As the engine has it.
    keepShellsMs: 60_000,
  });
  const login = { user: 'root', password: undefined, rootPassword: undefined };
  const sessions = await Promise.all(hosts.map((address) => connections.node(address, login, 'user')));
  return {
    run: () => onAll(sessions, async (session) => void (await session.read(sh`true`))),
    close: () => connections.close(),
  };
}

async function openPlain(hosts: readonly string[], privateKey: string) {
  const clients = await Promise.all(
    hosts.map(async (host) => {
      const client = new Client();
      await new Promise<void>((resolve, reject) => {
        client.once('ready', resolve).once('error', reject).connect({ host, username: 'root', privateKey });
      });
      return client;
    }),
  );
  const one = (client: Client) =>
    new Promise<void>((resolve, reject) => {
      client.exec('true', (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.resume().once('close', () => resolve());
      });
    });
  return { run: () => onAll(clients, one), close: () => clients.forEach((client) => client.end()) };
}

const onAll = <Each>(all: readonly Each[], one: (each: Each) => Promise<void>): Promise<unknown> =>
  Promise.all(
    all.map(async (each) => {
      for (let count = 0; count < COMMANDS; count++) await one(each);
    }),
  );

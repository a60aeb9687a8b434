import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { EngineClient } from '../../sample/demo/engine-client.ts';
import { deployUnchanged } from '../deploy-unchanged.ts';
import { onNode } from '../on-node.ts';
import { currentLoad, printRatio } from '../print-goal.ts';
import { medianOf, printTimes } from '../print-times.ts';
import { openDriver, sshSettings } from './driver.ts';
import { fiftyCommands } from './fifty-commands.ts';
import { acceptKey, stateOf } from './node-state.ts';
import { run, timeOf } from './programs.ts';
import { bringPython, installTools, type Tools } from './tools.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
/** The first ones: with many nodes each takes ansible minutes. */
const ANSIBLE_ROUNDS = Number(process.env['ANSIBLE_ROUNDS'] ?? ROUNDS);
const HERE = import.meta.dirname;
const CACHE = process.env['DEPLOYMENT_ENGINE_CACHE_DIR'] ?? '/var/cache/deployment-engine';
/** Of pyinfra's time. */
const GOAL = 0.33;

/**
 * The same cluster checked by us, by pyinfra and by ansible, with nothing to change, one after the other in each round; then
 * fifty commands on each of fourteen nodes. Needs a deployed sample cluster on test nodes, to which it brings python.
 */
export async function peers(client: EngineClient): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deployment-engine-peers-'));
  try {
    const tools = await installTools(CACHE);
    console.log(`${tools.versions}, node ${process.versions.node} ${currentLoad()}`);
    const rows = (await client.call('GET', '/status')) as { readonly Ip: string }[];
    const hosts = [...new Set(rows.map(({ Ip }) => Ip))];
    await bringPython(hosts, folder);
    const key = await makeKey(folder);
    const nodes: Record<string, object> = {};
    for (const address of hosts) {
      await acceptKey(address, key.publicKey);
      nodes[address] = await stateOf(address, join(folder, address), key.publicKey);
    }
    const env = await settingsIn(folder, hosts, nodes, key.file);
    await compare(client, { tools, folder, hosts, env });
    await fiftyCommands({ folder, key, driver: (state) => openDriver(tools.bin, { PEERS_STATE: state }) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Compared {
  readonly tools: Tools;
  readonly folder: string;
  readonly hosts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function compare(client: EngineClient, { tools, folder, hosts, env }: Compared): Promise<void> {
  const driver = await openDriver(tools.bin, env);
  const pyinfra = (): Promise<string> =>
    run(
      join(tools.bin, 'pyinfra'),
      ['-y', join(folder, 'inventory.py'), join(HERE, 'deploy.py'), '--no-wait', '--parallel', '50'],
      { env },
    );
  const ansible = async (): Promise<void> => {
    const told = await run(
      join(tools.bin, 'ansible-playbook'),
      ['-i', join(folder, 'hosts.yml'), join(HERE, 'playbook.yml')],
      { env },
    );
    if (/changed=[1-9]|failed=[1-9]|unreachable=[1-9]/.test(told))
      throw new Error(`ansible changed something:\n${told.slice(-2000)}`);
  };
  const hangUp = () =>
    run('sh', [
      '-c',
      `for socket in "$1"/control/*; do [ ! -S "$socket" ] || ssh -O exit -o ControlPath="$socket" peer 2>/dev/null; done; true`,
      'sh',
      folder,
    ]);
  const times = new Map<string, number[]>();
  const measure = async (
    name: string,
    act: () => Promise<unknown>,
    prepare: () => Promise<unknown> = async () => {},
  ) => {
    await prepare();
    const ms = await timeOf(act);
    times.set(name, [...(times.get(name) ?? []), ms]);
    console.log(`  ${name}: ${(ms / 1000).toFixed(1)} s ${currentLoad()}`);
  };
  // Under load a watch may just have found something down.
  await deployUnchanged(client).catch(() => deployUnchanged(client));
  await driver.run(join(HERE, 'deploy.py'));
  if (ANSIBLE_ROUNDS > 0) await ansible();
  for (let round = 0; round < ROUNDS; round++) {
    await measure('ours, warm', () => deployUnchanged(client));
    await measure('pyinfra, warm', () => driver.run(join(HERE, 'deploy.py')));
    if (round < ANSIBLE_ROUNDS) await measure('ansible, warm', ansible);
    // Ours alone: the peers, which log in as root, stay connected.
    await measure(
      'ours, cold',
      () => deployUnchanged(client),
      () => Promise.all(hosts.map((address) => onNode(address, CUT))),
    );
    await measure('pyinfra, cold', pyinfra);
    if (round < ANSIBLE_ROUNDS) await measure('ansible, cold', ansible, hangUp);
  }
  await driver.close();
  for (const [name, all] of times) printTimes(`${hosts.length} nodes, ${name}`, all);
  for (const kind of ['warm', 'cold']) {
    const median = (of: string): number => medianOf(times.get(`${of}, ${kind}`) ?? []);
    printRatio(`ours / pyinfra, ${kind}`, median('ours') / median('pyinfra'), GOAL);
  }
}

const CUT = "pkill -f '^sshd: vcap'";

async function makeKey(folder: string) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 3072,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const file = join(folder, 'key');
  writeFileSync(file, privateKey, { mode: 0o600 });
  return { file, privateKey, publicKey: `ssh-rsa ${parsed.getPublicSSH().toString('base64')} peers-benchmark` };
}

/** Both peers' best settings: parallel on all nodes, no barrier between tasks, pipelining, connections kept, no gathering. */
async function settingsIn(folder: string, hosts: readonly string[], nodes: Record<string, object>, key: string) {
  const ssh = sshSettings(key);
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ hosts, ssh, nodes }));
  const settings = JSON.stringify({ ...ssh, ssh_user: 'root' }).replaceAll('false', 'False');
  writeFileSync(join(folder, 'inventory.py'), `nodes = (${JSON.stringify(hosts)}, ${settings})\n`);
  writeFileSync(join(folder, 'hosts.yml'), JSON.stringify({ all: { hosts: nodes } }));
  await run('mkdir', ['-p', join(folder, 'control')]);
  return {
    PEERS_STATE: join(folder, 'state.json'),
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_FORKS: '50',
    ANSIBLE_HOST_KEY_CHECKING: '0',
    ANSIBLE_INTERPRETER_PYTHON: '/usr/bin/python3',
    ANSIBLE_REMOTE_USER: 'root',
    ANSIBLE_PRIVATE_KEY_FILE: key,
    ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=600 -o ControlPath=${folder}/control/%h -o UserKnownHostsFile=/dev/null`,
    ANSIBLE_NOCOLOR: '1',
    LC_ALL: 'C.UTF-8',
  };
}

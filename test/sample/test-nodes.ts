import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'ssh2';

const SCRIPT = fileURLToPath(new URL('../../sample/nodes/nodes.sh', import.meta.url));

// The tests have nodes of their own, so that the product's are left alone.
const NODES_DIR = `${process.env['DEPLOYMENT_ENGINE_NODES_DIR'] ?? '/var/lib/deployment-engine-nodes'}-test`;
/** Where the disks of these nodes are. */
export const DISKS = `${NODES_DIR}/10.10.105`;
export const FIRST = '10.10.105.181';
export const SECOND = '10.10.105.182';

/** The environment that makes `nodes` commands mean these nodes. */
export const ENVIRONMENT = {
  ...process.env,
  NODES_NETWORK: '10.10.105',
  NODES_BRIDGE: 'denodes-test',
  DEPLOYMENT_ENGINE_NODES_DIR: NODES_DIR,
};

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `command`; its answer comes only when nobody holds its output open any more. */
export function run(command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env: ENVIRONMENT }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
      else reject(error ?? new Error(`${command} did not end`));
    });
  });
}

export const nodes = (...args: string[]) => run('bash', SCRIPT, ...args);
export const nodesUnderNohup = (...args: string[]) => run('nohup', 'bash', SCRIPT, ...args);

/** The standard output of a `nodes` command that must succeed. */
export async function nodesOutput(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await nodes(...args);
  if (exitCode !== 0) throw new Error(`nodes ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout.trim();
}

/** Why nodes cannot run here, or nothing. */
export const reasonToSkip = async () => (await nodes('check')).stderr.trim();

/** The pids of the nodes' first processes. */
export const pids = (...addresses: string[]) => Promise.all(addresses.map((address) => nodesOutput('pid', address)));

/** The state `nodes status` gives for an address. */
export async function stateOf(address: string): Promise<string | undefined> {
  const lines = (await nodesOutput('status')).split('\n').map((line) => line.split(/\s+/));
  return lines.find(([name]) => name === address)?.[1];
}

/** An open SSH connection to a node, as root by password. */
export async function connect(address: string): Promise<Client> {
  const client = new Client();
  client.connect({ host: address, username: 'root', password: '123456' });
  await once(client, 'ready');
  return client;
}

/** What `command` prints on the node, over SSH. */
export async function ssh(address: string, command: string): Promise<string> {
  const client = await connect(address);
  client.on('error', () => undefined); // a node that goes down resets the connection
  try {
    return await new Promise((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let printed = '';
        channel.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        channel.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        channel.on('close', () => resolve(printed.trim()));
      });
    });
  } finally {
    client.end();
  }
}

/** Pids of every process that keeps these nodes running, as this machine sees it. */
export const supervisingProcesses = () =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`DEPLOYMENT_ENGINE_NODE=${DISKS}:`));

/** Of these, the one per node that the others depend on. */
export const supervisors = () =>
  supervisingProcesses().filter((pid) => read(`/proc/${pid}/cmdline`).includes('/supervise.sh'));

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
}

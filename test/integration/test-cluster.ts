import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { demoConfiguration } from '../../sample/demo/layout.ts';
import { type LedgerLine, parseLedger } from '../support/ledger.ts';

const SCRIPT = fileURLToPath(new URL('../../sample/nodes/nodes.sh', import.meta.url));
/** Its own network, so that nodes somebody works with are left alone; another one lets two test runs share a machine. */
const NETWORK = process.env['INTEGRATION_NETWORK'] ?? '10.10.106';
export const BRIDGE = process.env['INTEGRATION_BRIDGE'] ?? 'denodes-it';
const ENVIRONMENT = { ...process.env, NODES_NETWORK: NETWORK, NODES_BRIDGE: BRIDGE };

const at = (number: number): string => `${NETWORK}.${number}`;
/** This machine, as the nodes reach it. */
export const HOME = at(180);
/** The four nodes of the cluster. */
export const CLUSTER = [at(181), at(182), at(183), at(184)];
/** A node no cluster has touched. */
export const FRESH = at(185);
/** The address of the node with this place among all test nodes, from 0. */
export const nodeAt = (place: number): string => at(181 + place);

// Words that occur nowhere else, so that finding one means a leak.
const USER_PASSWORD = 'canary-of-the-user-5d1f';
const ROOT_PASSWORD = 'canary-of-root-83ac';
export const POSTED_SECRETS = [USER_PASSWORD, ROOT_PASSWORD];

/** What a `nodes` command prints; rejects when it fails. */
export async function nodes(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', [SCRIPT, ...words], {
    env: ENVIRONMENT,
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout.trim();
}

/** Why nodes cannot run here; undefined when they can. */
export const reasonToSkip = (): Promise<string | undefined> =>
  nodes('check').then(
    () => undefined,
    (error: Error & { stderr?: string }) => error.stderr?.trim() ?? error.message,
  );

/** Runs shell text on a node, past the engine and past SSH. */
export const onNode = (address: string, script: string): Promise<string> => nodes('sh', address, 'sh', '-ec', script);

/** The same with a file of this machine on its input. */
export async function onNodeWith(file: string, address: string, script: string): Promise<void> {
  const words = ['-c', 'exec bash "$1" sh "$2" sh -ec "$3" <"$4"', 'sh', SCRIPT, address, script, file];
  await promisify(execFile)('sh', words, { env: ENVIRONMENT, maxBuffer: 64 * 1024 ** 2 });
}

/** Sends a signal to the node's processes whose command line holds a text; rejects when there is none. */
export const signal = (address: string, name: 'STOP' | 'CONT', commandLine: string): Promise<string> =>
  nodes('sh', address, 'pkill', `-${name}`, '-f', commandLine);

export const setRootPassword = (address: string, password = ROOT_PASSWORD): Promise<string> =>
  onNode(address, `echo 'root:${password}' | chpasswd`);

export const ledgerOf = async (address: string): Promise<LedgerLine[]> => parseLedger(await nodes('ledger', address));

/** The document's 14 components on four nodes. */
export const clusterConfiguration = () => {
  const { components, properties } = demoConfiguration(4, NETWORK);
  return { components, properties: { ...properties, password: USER_PASSWORD, root: ROOT_PASSWORD } };
};

/** One dea on the fresh node, which joins the cluster. */
export async function smallConfiguration(properties: { readonly root?: string; readonly disksize?: number } = {}) {
  const { nats } = clusterConfiguration().components;
  const config = '/var/vcap/jobs/nats/config/nats.conf';
  const password = await onNode(nats[0] ?? '', `sed -n 's/^ *password: "\\(.*\\)"/\\1/p' ${config} | head -n 1`);
  return {
    components: { dea: [FRESH] },
    external: { nats, nats_password: password },
    properties: { ...clusterConfiguration().properties, ...properties },
  };
}

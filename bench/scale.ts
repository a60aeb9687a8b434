import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { HOME, NETWORK } from './scale/layout.ts';

/** Every address of the network is this namespace's own, and nothing outside can reach it. */
const NAMESPACE = `ip link set lo up && ip address add ${HOME}/32 dev lo && ip route add local ${NETWORK} dev lo && exec "$@"`;

/** Deploys to simulated nodes by an engine of its own, first everything, then nothing. Needs root, for ports and addresses. */
export async function scale(nodes: number): Promise<void> {
  const main = [process.execPath, join(import.meta.dirname, 'scale/main.ts'), String(nodes)];
  const child = spawn('unshare', ['--net', 'sh', '-c', NAMESPACE, 'sh', ...main], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { temporalPath } from '../support/temporal-path.ts';
import { freePorts } from '../support/temporal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const COMMAND = fileURLToPath(new URL('../../DeploymentEngineServer', import.meta.url));
const READY_WITHIN_MS = 300_000;

let started: ChildProcess[] = [];

/** Ends every server of a test when it is over. */
export function useServers(): void {
  afterEach(async () => {
    for (const child of started) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    started = [];
  });
}

export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  output(): string;
}

/** The whole engine, without a terminal, as `setsid` starts it. */
export async function startServer(dataDir = temporaryFolder(), env = {}, host = '127.0.0.1'): Promise<Server> {
  const port = await freePorts(6);
  const options = {
    'data-dir': dataDir,
    listen: `${host}:${port}`,
    'temporal-port': port + 1,
    'temporal-ui-port': port + 4,
    'mirror-listen': `127.0.0.1:${port + 5}`,
    'temporal-bin': temporalPath(),
  };
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(COMMAND, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return { child, url: `http://127.0.0.1:${port}`, port, dataDir, output: () => output };
}

export async function readyServer(dataDir?: string, env = {}, host?: string): Promise<Server> {
  const server = await startServer(dataDir, env, host);
  await until(() => server.output().includes('ready in'), 'the engine is ready', READY_WITHIN_MS);
  return server;
}

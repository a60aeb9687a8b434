import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { ACTIVATED_SETTINGS } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A gateway, worker or mirror of its own; it becomes its program, so its process is the one that was started. */
export interface Part {
  readonly child: ChildProcess;
  output(): string;
}

let started: ChildProcess[] = [];

/** A master key for all parts of a test. */
export const MASTER_KEY = 'a1'.repeat(32);

/** What a gateway or worker needs beside others; `cacheDir`: of all of them, so that workflows are bundled once. */
export const partSettings = (
  { address, databaseUrl }: { readonly address: string; readonly databaseUrl?: string },
  cacheDir: string,
) => ({
  DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
  DEPLOYMENT_ENGINE_CACHE_DIR: cacheDir,
  DEPLOYMENT_ENGINE_KEY: MASTER_KEY,
  ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  TEMPORAL_ADDRESS: address,
  ...ACTIVATED_SETTINGS,
});

/** Whether a worker takes tasks. */
export const isWorking = ({ output }: Part): boolean => output().includes('worker ready');

/** `root`: the folder of another build. */
export const startPart = (role: string, env: Readonly<Record<string, string>>, root = ROOT): Part =>
  startProgram([join(root, 'DeploymentEngineServer'), role], env);

/** Anything else that belongs to them. */
export function startProgram(command: readonly string[], env: Readonly<Record<string, string>> = {}): Part {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  return { child, output: () => output };
}

/** Its exit code and everything that it said. */
export async function endOf(part: Part): Promise<[code: number | null, output: string]> {
  if (part.child.exitCode === null) await once(part.child, 'close');
  return [part.child.exitCode, part.output()];
}

/** kill -9 of every part. */
export async function stopParts(): Promise<void> {
  for (const child of started)
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  started = [];
}

/** Ends every part of a test when it is over. */
export const useParts = (): void => afterEach(stopParts);

import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import { createNodeSession } from '../../ssh/create-node-session.ts';
import type { NodeAccess } from '../../ssh/node-access.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { RemoteProcess } from '../../ssh/remote-process.ts';

export interface LocalNode {
  readonly session: NodeSession;
  readonly directory: string;
  /** Kills every client process with -9, as a cut connection would; what they started runs on. */
  cut(): void;
  remove(): Promise<void>;
}

/** This machine as a node: the real runner under the real shell, in a folder of its own, without SSH and sudo. */
export function createLocalNode(): LocalNode {
  const home = mkdtempSync(join(tmpdir(), 'runner-'));
  const directory = join(home, 'engine');
  const children = new Set<ChildProcess>();
  const account = { name: 'root', password: new Secret('unused', '') };
  const access: NodeAccess = {
    address: 'local',
    directory,
    enter: async () => ({ account, execute: async (commandLine) => start(commandLine, children) }),
  };
  const session = createNodeSession(access, 'root');
  return {
    session,
    directory,
    cut: () => children.forEach(kill),
    async remove() {
      children.forEach(kill);
      killJobs(directory);
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function start(commandLine: string, children: Set<ChildProcess>): RemoteProcess {
  const child = spawn('sh', ['-c', commandLine], { detached: true });
  children.add(child);
  const ended = new Promise<{ exitCode: number | undefined; signal: string | undefined }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      // A process that was killed is a connection that was lost.
      resolve({ exitCode: code ?? undefined, signal: undefined });
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, close: () => kill(child) };
}

function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

/** A test that failed may have left a job waiting for ever; each is the leader of a process group. */
function killJobs(directory: string): void {
  for (const owner of globSync(join(directory, 'jobs', '*', 'owner'))) {
    try {
      process.kill(-Number(readFileSync(owner, 'utf8').split(' ')[0]), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

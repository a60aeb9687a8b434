import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import type { NodeAccess } from '../../ssh/connect/node-access.ts';
import type { RemoteProcess } from '../../ssh/connect/remote-process.ts';
import { createNodeSession } from '../../ssh/create-node-session.ts';
import type { NodeSession } from '../../ssh/node-session.ts';

export interface LocalNode {
  readonly session: NodeSession;
  readonly access: NodeAccess;
  readonly directory: string;
  /** Kills every client process with -9, as a cut connection would; what they started runs on. */
  cut(): void;
  remove(): Promise<void>;
}

interface LocalNodeOptions {
  /** Where the runner's folder is made; default a new temporary folder. */
  readonly home?: string;
  /** Shell text that prepares a mount namespace of its own for every command: other file systems, another sh. */
  readonly mounts?: string;
}

/** Only root may make mount namespaces. */
export const MAY_MOUNT = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** This machine as a node: the real runner under the real shell, in a folder of its own, without SSH and sudo. */
export function createLocalNode({ home, mounts }: LocalNodeOptions = {}): LocalNode {
  const own = home === undefined ? mkdtempSync(join(tmpdir(), 'runner-')) : undefined;
  const directory = join(own ?? home ?? '', 'engine');
  const children = new Set<ChildProcess>();
  const account = { name: 'root', password: new Secret('unused', '') };
  const access: NodeAccess = {
    address: 'local',
    directory,
    enter: async (begin) => {
      const admission = await begin({
        account,
        execute: async (commandLine) => start(wordsFor(commandLine, mounts), children),
      });
      if (admission.verdict !== 'admitted') throw new Error(admission.said);
      return admission.value;
    },
    expectOwnPassword: () => {},
    mask: async (text) => text,
  };
  const session = createNodeSession(access, 'root');
  return {
    session,
    access,
    directory,
    cut: () => children.forEach(kill),
    async remove() {
      children.forEach(kill);
      killJobs(directory);
      rmSync(own ?? directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

const wordsFor = (commandLine: string, mounts: string | undefined): readonly [string, ...string[]] =>
  mounts === undefined
    ? ['sh', '-c', commandLine]
    : ['unshare', '--mount', 'sh', '-c', `{ ${mounts}\n} >/dev/null && exec sh -c "$1"`, 'sh', commandLine];

function start([program, ...words]: readonly [string, ...string[]], children: Set<ChildProcess>): RemoteProcess {
  const child = spawn(program, words, { detached: true });
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

// A Docker engine of the proof's own: it touches no firewall, no bridge and no container of this machine.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { until } from '../../support/until.ts';

/** Debian's: its own program builds images without a plugin. */
const DOCKER = '/usr/bin/docker';
const STARTS_WITHIN_MS = 60_000;
const run = promisify(execFile);

export interface Docker {
  readonly env: NodeJS.ProcessEnv;
  /** Resolves with what a command prints. */
  run(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one, or says why this machine cannot. Images and layers stay in the engine's cache, since their making takes minutes. */
export async function startDocker(): Promise<Docker | string> {
  if (process.getuid?.() !== 0) return 'only root may start a Docker engine';
  if (!existsSync(DOCKER) || !existsSync('/usr/sbin/dockerd')) return 'docker.io is not installed';
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const images = join(parseSettings(process.env).cacheDir, 'docker');
  mkdirSync(images, { recursive: true });
  const socket = `unix://${folder}/docker.sock`;
  const log = openSync(join(folder, 'log'), 'a');
  const words = ['--host', socket, '--data-root', images, '--exec-root', join(folder, 'exec')];
  const child: ChildProcess = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', 'dockerd', ...words, '--pidfile', join(folder, 'pid'), '--iptables=false', '--bridge=none'],
    { stdio: ['ignore', log, log] },
  );
  const env = { ...process.env, DOCKER_HOST: socket, DOCKER_BUILDKIT: '1' };
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const docker: Docker = {
    env,
    run: async (...each) => (await run(DOCKER, each, { env, maxBuffer: 64 * 1024 ** 2 })).stdout.trim(),
    stop: async () => {
      const gone = hasEnded() ? undefined : once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const answers = (): Promise<boolean> =>
    docker.run('info').then(
      () => true,
      () => false,
    );
  try {
    await until(async () => hasEnded() || (await answers()), 'the Docker engine answers', STARTS_WITHIN_MS);
    if (!hasEnded()) return docker;
    return `dockerd ended: ${readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').at(-1)}`;
  } catch (error) {
    await docker.stop();
    return String(error);
  }
}

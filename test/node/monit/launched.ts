import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SCRIPT = readFileSync(fileURLToPath(new URL('../../../node/monit/launch', import.meta.url)), 'utf8');

export let root: string;
export let pidFile: string;

beforeEach(() => {
  root = temporaryFolder();
  pidFile = join(root, 'web.pid');
  writeFileSync(join(root, 'launch'), SCRIPT.replaceAll('/var/vcap', root));
});
afterEach(() => {
  for (const pid of pidsIn(join(root, 'pids'))) spawnSync('kill', ['-9', pid]);
});

const pidsIn = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

/** Starts shell text the way monit does; it writes its pid down each time it begins. */
export const begin = (program: string): ChildProcess =>
  spawn('dash', [join(root, 'launch'), pidFile, 'sh', '-c', `echo $$ >>${root}/pids; ${program}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

export async function launch(program: string): Promise<number | null> {
  const [code] = (await once(begin(program), 'exit')) as [number | null];
  return code;
}

export const notePath = (suffix: string): string =>
  join(root, `bosh/var/started${pidFile.replaceAll('/', '-')}${suffix}`);
export const isAlive = (pid: string | undefined): boolean => pid !== undefined && existsSync(`/proc/${pid}`);
export const pids = (): string[] => pidsIn(join(root, 'pids'));

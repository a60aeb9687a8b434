import { spawnSync } from 'node:child_process';
import { type Command, quote } from '../../domain/command.ts';

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
}

interface ShellOptions {
  /** Folder that stands for `/` in the paths a step uses: `/var/vcap`, `/etc`, `/var/lib`. */
  readonly root?: string;
  readonly path?: string;
}

/** Runs a command as a node does, under dash: secrets are variables, the rest is its text. */
export function run({ text, secrets }: Command, { root = '', path = '' }: ShellOptions = {}): ShellResult {
  const variables = Object.entries(secrets).map(([name, secret]) => `${name}=${quote(secret.reveal())}`);
  const { status, stdout } = spawnSync('dash', ['-c', [...variables, rooted(text, root)].join('\n')], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', PATH: path === '' ? process.env['PATH'] : `${path}:${process.env['PATH']}` },
  });
  return { exitCode: status ?? -1, stdout };
}

/** As `run`, under `set -e` as changes are. */
export const runChange = (command: Command, options: ShellOptions = {}): ShellResult =>
  run({ ...command, text: `set -e\n${command.text}` }, options);

const rooted = (text: string, root: string): string =>
  text.replaceAll(/(?<![\w./])\/(var\/vcap|etc|var\/lib|var\/cache)(?=\/)/g, `${root}/$1`);

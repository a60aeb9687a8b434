import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { createSightings, type Known, knownIn } from '../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../activities/checks/probe.ts';
import { type Command, quote } from '../../domain/command.ts';
import type { Step } from '../../domain/step.ts';

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
}

interface ShellOptions {
  /** Folder that stands for `/` in the paths a step uses: `/var/vcap`, `/etc`, `/var/lib`, `/usr/local`. */
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
  text.replaceAll(/(?<![\w./])\/(var\/vcap|etc|var\/lib|var\/cache|usr\/local)(?=\/)/g, `${root}/$1`);

/**
 * What a step finds by itself. The same is found in a look at the node, where checks are read together, whether or not earlier
 * looks have kept something: at this place in whatever state it was then, and a moment ago.
 */
export function factsOf<Facts>(step: Pick<Step<Facts>, 'check'>, options: ShellOptions = {}): Facts {
  const { check } = step;
  const { root = '' } = options;
  const alone = check.parse(run(check.run, options));
  const checks = [check];
  const look = (known: Known): Known => {
    const { stdout } = run(lookCommand(checks, known), options);
    const [result] = splitChecks('node', stdout, checks);
    if (result === undefined) throw new Error('the look says nothing');
    expect(check.parse(result)).toEqual(alone);
    return knownIn(stdout);
  };
  const kept = look({});
  look(seen.of(root));
  expect(look(kept)).toEqual(kept);
  seen.keep(root, kept);
  return alone;
}

const seen = createSightings();

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { ownAptFiles } from '../../../activities/packages/own-apt.ts';
import { leaveNode } from '../../../activities/steps/removal/leave-node.ts';
import { swapAptSource } from '../../../activities/steps/swap-apt-source.ts';
import { type Command, sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { run, runChange, type ShellResult } from '../shell.ts';

export const context = nodeContext();
const step = swapAptSource(context);

/** A node whose `/etc` is a folder; `settle` does what the changes would, but for apt itself. */
export function aptNode() {
  const root = temporaryFolder();
  const put = (path: string, content: string | Uint8Array, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // An upload replaces what lies there, a link too.
    rmSync(join(root, path), { force: true });
    writeFileSync(join(root, path), content, { mode });
  };
  const facts = () =>
    step.check.parse({ exitCode: 0, stdout: run(step.check.run, { root }).stdout.replaceAll(root, '') });
  const changes = () => step.changes(facts());
  const read = (): void => put('/var/lib/deployment-engine/apt/lists/mirror_._Packages', 'Package: monit\n');
  const settle = (): void => {
    for (const { act } of changes()) {
      if (act.kind === 'upload') put(act.path, act.content as string);
      if (act.kind !== 'command') continue;
      if (act.command.text.includes('apt-get')) read();
      else expect(runChange(act.command, { root }).exitCode).toBe(0);
    }
  };
  /** Gives the node's own sources back. */
  const leave = (): void => {
    const [back] = leaveNode(context).changes({ owner: context.engine.id, isInUse: false });
    if (back?.act.kind === 'command') expect(runChange(back.act.command, { root }).exitCode).toBe(0);
  };
  return { put, settle, leave, facts, reasons: () => reasonsOf(changes()), root };
}

/** Only the part that follows the mirror's lists, for people's apt. */
export const readsMirror = (command = sh`false`): Command => ({
  ...command,
  text: command.text.slice(command.text.indexOf('unset APT_CONFIG')),
});

/** The command that reads the mirror, on a node with our files, with apt from a folder or the machine's own. */
export function readMirror(path = ''): ShellResult {
  const node = aptNode();
  node.settle();
  const [wanted] = step.changes({ ...node.facts(), hasLists: false });
  const rooted = (text: string): string => text.replaceAll('/var/lib/', `${node.root}/var/lib/`);
  for (const { path: file, content } of ownAptFiles({ ...nodeContext(), mirrorUrl: 'http://127.0.0.1:9' }))
    node.put(file, typeof content === 'string' ? rooted(content) : content);
  if (wanted?.act.kind !== 'command') throw new Error('nothing reads the mirror');
  return runChange(wanted.act.command, { root: node.root, path });
}

export const kept = (root: string): string[] => readdirSync(join(root, 'etc/apt/before-deployment-engine')).toSorted();

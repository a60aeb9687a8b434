import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import type { Command } from '../../../domain/command.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

export const PAGE = 4096;
export const PAGES = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const nodes: LocalNode[] = [];
export const disks: string[] = [];

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.remove();
  for (const disk of disks.splice(0)) execFileSync('umount', ['-l', disk]);
});

export function nodeWith(options: Parameters<typeof createLocalNode>[0]): LocalNode {
  const node = createLocalNode(options);
  nodes.push(node);
  return node;
}

/** A folder with something old in it, and something that must stay. */
export function victim(): { folder: string; isHarmed: () => boolean; isCleaned: () => boolean } {
  const folder = join(temporaryFolder(), 'victim');
  mkdirSync(join(folder, 'old'), { recursive: true });
  writeFileSync(join(folder, 'data'), '');
  return {
    folder,
    isHarmed: () => !existsSync(join(folder, 'data')),
    isCleaned: () => !existsSync(join(folder, 'old')),
  };
}

/** Removes `old`; its text, cut at the end of a page, removes the whole folder. */
export function removal(folder: string, pages: number, before: number): Command {
  const words = `rm -rf ${folder}`;
  const padding = pages * PAGE - before - words.length - 3;
  return { text: `: ${'x'.repeat(padding)}\n${words}/old`, secrets: {} };
}

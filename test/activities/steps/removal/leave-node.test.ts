import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { leaveNode } from '../../../../activities/steps/removal/leave-node.ts';
import { swapAptSource } from '../../../../activities/steps/swap-apt-source.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { nodeContext } from '../../samples.ts';
import { runChange } from '../../shell.ts';

const SOURCES = 'etc/apt/sources.list';
const ASIDE = 'etc/apt/before-deployment-engine';
const THEIRS = 'deb http://archive.example/debian bookworm main\n';
const NEWER = 'deb http://archive.example/debian trixie main\n';
const OURS = 'deb http://10.10.101.180:50001/apt/debian-12 ./\n';

/** A node whose `/etc` is a folder. */
function aptNode() {
  const root = temporaryFolder();
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  put('etc/apt/sources.list.d/.placeholder', '');
  const context = nodeContext();
  /** Puts the node's own sources back. */
  const leave = (): string => {
    const [back] = leaveNode(context).changes({ owner: context.engine.id, isInUse: false });
    if (back?.act.kind !== 'command') throw new Error('nothing puts the sources back');
    const { exitCode, stdout } = runChange(back.act.command, { root });
    expect(exitCode).toBe(0);
    return stdout;
  };
  /** Puts the node's own sources aside, and ours in their place. */
  const enter = (mirrorUrl = context.mirrorUrl): void => {
    for (const { act } of swapAptSource({ ...context, mirrorUrl }).changes({
      files: new Map(),
      others: [],
      hasLists: true,
      isTrustedForAll: false,
    })) {
      if (act.kind === 'upload' && act.path === `/${SOURCES}`) put(SOURCES, act.content as string);
      if (act.kind === 'command' && !act.command.text.includes('apt-get'))
        expect(runChange(act.command, { root }).exitCode).toBe(0);
    }
  };
  return { root, put, read, leave, enter, has: (path: string) => existsSync(join(root, path)) };
}

it('puts the sources of a node back, also when it is cut off and repeated', () => {
  const node = aptNode();
  node.put(SOURCES, OURS);
  node.put(`${ASIDE}/sources.list`, THEIRS);
  node.put(`${ASIDE}/debian.sources`, 'Types: deb\n');
  node.leave();
  expect(node.has(ASIDE)).toBe(false);
  // Killed just before its end.
  node.put(`${ASIDE}/extra.list`, 'deb http://extra ./\n');
  node.leave();
  expect(node.read(SOURCES)).toBe(THEIRS);
  expect(node.read('etc/apt/sources.list.d/debian.sources')).toBe('Types: deb\n');
  expect(node.read('etc/apt/sources.list.d/extra.list')).toBe('deb http://extra ./\n');
});

it('leaves what people have written meanwhile, and keeps the older aside', () => {
  const node = aptNode();
  node.put(SOURCES, NEWER);
  node.put('etc/apt/sources.list.d/extra.list', 'deb http://newer ./\n');
  node.put(`${ASIDE}/sources.list`, THEIRS);
  node.put(`${ASIDE}/extra.list`, 'deb http://older ./\n');
  const said = node.leave();
  expect(node.read(SOURCES)).toBe(NEWER);
  expect(node.read('etc/apt/sources.list.d/extra.list')).toBe('deb http://newer ./\n');
  expect(node.read(`${ASIDE}/sources.list`)).toBe(THEIRS);
  expect(node.read(`${ASIDE}/extra.list`)).toBe('deb http://older ./\n');
  expect(said).toContain('before-deployment-engine');
});

it('takes our list away where there was none before', () => {
  const node = aptNode();
  node.enter();
  node.enter('http://10.10.101.9:50001');
  node.leave();
  expect(node.has(SOURCES)).toBe(false);
});

it('keeps each list that people have written while the mirror was in use', () => {
  const node = aptNode();
  node.put(SOURCES, THEIRS);
  node.enter();
  node.put(SOURCES, NEWER);
  node.enter();
  node.leave();
  expect(node.read(SOURCES)).toBe(THEIRS);
  expect(node.read(`${ASIDE}/sources.list.later`)).toBe(NEWER);
});

it('no longer sends the log lines of the node to the cluster', () => {
  const { put, has, root } = aptNode();
  put('etc/rsyslog.d/00-syslog_forwarder.conf', '*.* @@10.10.101.190:54321\n');
  put('etc/rsyslog.d/theirs.conf', '');
  put('etc/cron.daily/deployment-engine-syslog', '#!/bin/sh\n');
  const context = nodeContext();
  const texts = leaveNode(context)
    .changes({ owner: context.engine.id, isInUse: false })
    .flatMap(({ act }) => (act.kind === 'command' && act.command.text.includes('rsyslog') ? [act.command] : []));
  expect(texts).toHaveLength(1);
  for (const command of texts) expect(runChange(command, { root }).exitCode).toBe(0);
  expect(has('etc/rsyslog.d/00-syslog_forwarder.conf')).toBe(false);
  expect(has('etc/cron.daily/deployment-engine-syslog')).toBe(false);
  expect(has('etc/rsyslog.d/theirs.conf')).toBe(true);
});

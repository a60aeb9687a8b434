import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { etcdStore } from '../../../activities/special/etcd-store.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { run, runChange } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const ETCD = { instance: { id: 'etcd/0', component: 'etcd', address: '10.0.0.1', number: 0, index: 0 } } as const;
const step = etcdStore(nodeContext(), ETCD);

let root: string;
let store: string;

beforeEach(() => {
  root = temporaryFolder();
  store = join(root, 'var/vcap/store');
  mkdirSync(store, { recursive: true });
});

const put = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Brings the store to the wanted state and says why that took changes. */
function settle(): string[] {
  const changes = step.changes(step.check.parse(run(step.check.run, { root })));
  for (const { act } of changes) if (act.kind === 'command') expect(runChange(act.command, { root }).exitCode).toBe(0);
  expect(step.changes(step.check.parse(run(step.check.run, { root })))).toEqual([]);
  return reasonsOf(changes).map(inEnglish);
}

describe('etcd’s store', () => {
  it('is noted as this member’s where there is none yet', () => {
    expect(settle()).toEqual(['it is not recorded which member the data belongs to']);
    expect(readFileSync(join(store, 'etcd.member'), 'utf8')).toBe('engine-a etcd-0\n');
    put('var/vcap/store/etcd/conf', 'mine');
    expect(settle()).toEqual([]);
  });

  it('is moved aside whole, in both places, when it is another member’s', () => {
    put('var/vcap/store/etcd/conf', 'theirs');
    put('var/vcap/store/etcd-0.3.0/log', 'older');
    put('var/vcap/store/etcd.member', 'engine-b etcd-2\n');
    expect(settle()).toEqual([
      'holds the data of engine-b etcd-2',
      'it is not recorded which member the data belongs to',
    ]);
    const names = readdirSync(store).toSorted();
    expect(names.map((name) => name.replace(/\d{8}T\d{6}Z/, 'TIME'))).toEqual([
      'etcd-0.3.0.aside-TIME',
      'etcd.aside-TIME',
      'etcd.member',
    ]);
    expect(readFileSync(join(store, names[1] ?? '', 'conf'), 'utf8')).toBe('theirs');
  });

  it('is moved into no folder that a link in the new name’s place leads to', () => {
    const elsewhere = temporaryFolder();
    put('var/vcap/store/etcd/conf', 'theirs');
    const path = programs({ date: 'echo 20261128T131500Z' });
    symlinkSync(elsewhere, join(store, 'etcd.aside-20261128T131500Z'));
    const [move] = step.changes(step.check.parse(run(step.check.run, { root })));
    if (move?.act.kind === 'command') runChange(move.act.command, { root, path });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('is moved aside when nobody knows whose it is', () => {
    put('var/vcap/store/etcd/conf', 'unknown');
    expect(settle()[0]).toBe('holds the data of an unknown member');
  });

  it('stays where it is when this instance ran on it before notes were taken', () => {
    put('var/vcap/store/etcd/conf', 'mine');
    put('var/vcap/bosh/instances/etcd_0/started', 'fingerprint\n');
    expect(settle()).toEqual(['it is not recorded which member the data belongs to']);
    expect(readFileSync(join(store, 'etcd/conf'), 'utf8')).toBe('mine');
  });

  it.each(['etcd.member', 'etcd.member.new'])('is noted through no link that a job has put at %s', (name) => {
    put('of-root', 'root:secret\n');
    symlinkSync(join(root, 'of-root'), join(store, name));
    put('var/vcap/store/etcd/conf', 'mine');
    expect(settle()[0]).not.toContain('secret');
    expect(readFileSync(join(root, 'of-root'), 'utf8')).toBe('root:secret\n');
    expect(lstatSync(join(store, 'etcd.member')).isFile()).toBe(true);
  });

  it('stops a process that still works on another’s data', () => {
    put('var/vcap/bosh/bin/instance', `#!/bin/sh\necho "$*" >${root}/stopped\n`);
    runChange({ text: `chmod 755 ${root}/var/vcap/bosh/bin/instance`, secrets: {} });
    put('var/vcap/store/etcd/conf', 'theirs');
    settle();
    expect(readFileSync(join(root, 'stopped'), 'utf8')).toBe('stop etcd_0 120\n');
  });
});

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { removeInstance } from '../../activities/remove-instance.ts';
import { placeOf } from '../../domain/instance.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { nodeContext } from './samples.ts';
import { run, runChange } from './shell.ts';

/** A node whose `/var/vcap` is a folder, without a monit that runs. */
function vcapNode() {
  const root = temporaryFolder();
  const at = (path: string): string => join(root, 'var/vcap', path);
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  put('bosh/var/instance.lock', '');
  put('monit/job/.placeholder', '');
  /** An instance with one job, whose files name folders of the store. */
  const install = (instance: string, job: string, stores: readonly string[]): void => {
    put(`bosh/instances/${instance}/installed`, `fingerprint f\njob ${job} 1\n`);
    put(`jobs/${job}/bin/ctl`, stores.map((store) => `DATA=${root}/var/vcap/store/${store}\n`).join(''));
  };
  const step = removeInstance(nodeContext(), placeOf('etcd/0'));
  const facts = () => step.check.parse(run(step.check.run, { root }));
  const takeAway = () => {
    const last = step.changes({ ...facts(), isThere: true }).at(-1);
    if (last?.act.kind !== 'command') throw new Error('nothing is taken away');
    return runChange(last.act.command, { root });
  };
  const read = (path: string): string => readFileSync(at(path), 'utf8');
  return { at, put, read, install, facts, takeAway, has: (path: string) => existsSync(at(path)) };
}

it('moves what only this instance has stored aside, beside what was moved before', () => {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', ['etcd', 'shared']);
  node.install('nats_0', 'nats', ['shared']);
  node.put('store/etcd/member', 'data');
  node.put('store/shared/file', 'of both');
  node.put('store/removed/etcd_0/etcd/member', 'older');
  expect(node.takeAway()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('removed/etcd_0.2/etcd') });
  expect(node.read('store/removed/etcd_0.2/etcd/member')).toBe('data');
  expect(node.read('store/removed/etcd_0/etcd/member')).toBe('older');
  expect(node.read('store/shared/file')).toBe('of both');
  expect(node.has('jobs/etcd')).toBe(false);
  expect(node.has('jobs/nats')).toBe(true);
  expect(node.facts().isThere).toBe(false);
});

it('keeps data that a link in the store leads to within reach', () => {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', ['etcd']);
  node.put('data/disk/member', 'data');
  mkdirSync(node.at('store'), { recursive: true });
  symlinkSync('../data/disk', node.at('store/etcd'));
  expect(node.takeAway().exitCode).toBe(0);
  expect(node.read('store/removed/etcd_0/etcd/member')).toBe('data');
});

it('leaves the data of another instance whose files are not written yet', () => {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', ['etcd', 'nats']);
  node.put('bosh/instances/nats_0/inputs', 'job nats 1\n');
  node.put('store/nats/file', "the other's");
  expect(node.takeAway().exitCode).toBe(0);
  expect(node.read('store/nats/file')).toBe("the other's");
});

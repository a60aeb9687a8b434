import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { removeInstance } from '../../../../activities/steps/removal/remove-instance.ts';
import { placeOf } from '../../../../domain/instance.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { nodeContext } from '../../samples.ts';
import { factsOf, runChange } from '../../shell.ts';
import { programs } from '../../stand-in-programs.ts';

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
  const facts = () => factsOf(step, { root });
  const takeAway = (path = '') => {
    const last = step.changes({ ...facts(), isThere: true }).at(-1);
    if (last?.act.kind !== 'command') throw new Error('nothing is taken away');
    return runChange(last.act.command, { root, path });
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

it.each(['removed', 'removed/etcd_0'])('puts nothing through a link at %s, which vcap could have made', (link) => {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', ['etcd']);
  node.put('store/etcd/profile.sh', 'of a job');
  node.put('elsewhere/.placeholder', '');
  mkdirSync(dirname(node.at(`store/${link}`)), { recursive: true });
  symlinkSync(node.at('elsewhere'), node.at(`store/${link}`));
  const { exitCode, stdout } = node.takeAway();
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining(`store/${link} is a link`) });
  expect(readdirSync(node.at('elsewhere'))).toEqual(['.placeholder']);
  expect(node.read('store/etcd/profile.sh')).toBe('of a job');
  expect(node.facts().isThere).toBe(true);
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

it.each([
  ['a variable', 'BASE=/var/vcap/store\nDATA=$BASE/members\n'],
  ['a variable in braces and quotes', 'DATA="${BASE}"/members\n'],
  ['part of the path', 'DATA=$VCAP/store/members/0\n'],
  ['its name', 'NAME="members"\nDATA=$BASE/$NAME\n'],
])('knows a folder of the store whose path is built from %s', (_what, script) => {
  const own = vcapNode();
  own.install('etcd_0', 'etcd', []);
  own.put('jobs/etcd/bin/ctl', script);
  own.put('store/members/file', 'data');
  own.put('store/notes/file', "the operator's");
  expect(own.takeAway().exitCode).toBe(0);
  expect(own.read('store/removed/etcd_0/members/file')).toBe('data');
  expect(own.read('store/notes/file')).toBe("the operator's");

  const shared = vcapNode();
  shared.install('etcd_0', 'etcd', ['members']);
  shared.install('nats_0', 'nats', []);
  shared.put('jobs/nats/bin/ctl', script);
  shared.put('store/members/file', 'of both');
  expect(shared.takeAway().exitCode).toBe(0);
  expect(shared.read('store/members/file')).toBe('of both');
});

it('moves a folder whose name is in files of another instance, but not as a folder', () => {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', []);
  node.install('nats_0', 'nats', []);
  node.put('jobs/nats/config/nats.yml', 'etcd:\n  url: http://10.0.0.1/etcd_x\nlog: /var/vcap/sys/log/etcd\n');
  node.put('store/etcd/member', 'data');
  expect(node.takeAway().exitCode).toBe(0);
  expect(node.read('store/removed/etcd_0/etcd/member')).toBe('data');
});

/** A monit that runs, and what asks it by the name of curl. */
function nodeWithMonit(curl: string) {
  const node = vcapNode();
  node.install('etcd_0', 'etcd', []);
  node.put('monit/monit.user', String.raw`vcap:a "password\n` + '\n');
  node.put('bosh/bin/monit', '#!/bin/sh\n');
  chmodSync(node.at('bosh/bin/monit'), 0o755);
  const asked = node.at('asked');
  return { ...node, path: programs({ curl: `echo "$*" >>${asked}\n${curl}` }) };
}

it('tells monit to forget its entries, and shows the password in no list of processes', () => {
  const config = join(temporaryFolder(), 'config');
  const node = nodeWithMonit(`cat >>${config}; echo "<monit incarnation=\\"$(date +%s%N)\\">"`);
  expect(node.takeAway(node.path)).toMatchObject({ exitCode: 0, stdout: '' });
  expect(node.read('asked').match(/\n/g)).toHaveLength(2);
  expect(node.read('asked')).not.toContain('password');
  expect(readFileSync(config, 'utf8')).toBe(String.raw`user = "vcap:a \"password\\n"`.concat('\n').repeat(2));
});

it('waits ten seconds for a monit that hangs, since all others of the node wait meanwhile', () => {
  const node = nodeWithMonit('sleep 1; exit 28');
  const began = Date.now();
  const { exitCode, stdout } = node.takeAway(node.path);
  expect({ exitCode, stdout, isSoon: Date.now() - began < 25_000 }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('monit is busy'),
    isSoon: true,
  });
  const [before, ...patience] = [...node.read('asked').matchAll(/ -m (\S+)/g)].map(([, seconds]) => Number(seconds));
  expect([before, patience[0], Math.min(...patience) > 0]).toEqual([5, 10, true]);
  expect(node.has('jobs/etcd')).toBe(false);
});

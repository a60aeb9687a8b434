import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookAtInstances } from '../../../activities/looks/look-at-instances.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Instance } from '../../../domain/instance.ts';
import type { Connections } from '../../../ssh/connections.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { run } from '../shell.ts';

const A = '10.10.101.181';
const instance = (component: 'nats' | 'uaa', number: number, address = A): Instance => ({
  id: `${component}/${number}`,
  component,
  address,
  number,
  index: number,
});
const CLUSTER = {
  configuration: nodeContext().configuration,
  instances: [instance('nats', 0), instance('uaa', 1), instance('uaa', 0, '10.10.101.182')],
};

type Script = 'of now' | 'of an older engine';

/** Connections to one node that answers as its `instance` script says. */
function nodeThatSays(
  statuses: Readonly<Record<string, string>>,
  { marks = [], script = 'of now' }: { readonly marks?: readonly string[]; readonly script?: Script } = {},
): Connections {
  const root = temporaryFolder();
  const home = join(root, 'var/vcap/bosh');
  mkdirSync(join(home, 'bin'), { recursive: true });
  const cases = Object.entries(statuses).map(([name, text]) => `${name}) printf '${text}' ;;`);
  const each = `
    for name; do
      echo "@@instance $name"
      for mark in installed started; do [ ! -e "${home}/instances/$name/$mark" ] || echo "@@$mark"; done
      "$0" status "$name"
    done`;
  const text = `#!/bin/sh
    case $1 in
      status) case $2 in ${cases.join(' ')} *) ;; esac ;;
      ${script === 'of now' ? `statuses) shift; ${each} ;;` : ''}
      *) exit 2 ;;
    esac`;
  writeFileSync(join(home, 'bin/instance'), text, { mode: 0o755 });
  mkdirSync(join(home, 'instances/nats_0'), { recursive: true });
  for (const mark of marks) writeFileSync(join(home, 'instances/nats_0', mark), '');
  const session: Pick<NodeSession, 'read'> = {
    read: async (command) => ({
      ...run(command, { root }),
      signal: undefined,
      stderr: '',
      durationMs: 0,
      position: 0,
      fence: undefined,
      owner: undefined,
    }),
  };
  return {
    node: async () => session as NodeSession,
    answers: async () => true,
    hostKey: async () => '',
    forget: () => {},
    close: async () => {},
  };
}

const unreachable = (error: Error): Connections => ({
  node: () => Promise.reject(error),
  answers: async () => false,
  hostKey: async () => '',
  forget: () => {},
  close: async () => {},
});
const logins = { of: async () => CLUSTER.configuration.properties };
const look = (connections: Connections, earlier: readonly object[] = []) => {
  const store = { statuses: { of: async () => earlier } } as unknown as Store;
  return lookAtInstances({ connections, logins, store }, CLUSTER, A);
};

it.each<Script>(['of now', 'of an older engine'])('sees the instances of a node with a script %s', async (script) => {
  const running = { nats_0: 'nats running\\n', uaa_1: 'uaa running\\n' };
  const [nats, uaa, ...others] = await look(nodeThatSays(running, { script }));
  expect(others).toEqual([]);
  expect(nats).toMatchObject({ id: 'nats/0', component: 'nats', address: A, isRunning: true, detail: '' });
  expect(uaa).toMatchObject({ id: 'uaa/1', isRunning: true });
  for (const percent of [nats?.memoryPercent, nats?.diskPercent]) {
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThanOrEqual(100);
  }
  expect(nats?.cpuPercent).toBeGreaterThanOrEqual(0);
  expect(nats?.cpuPercent).toBeLessThanOrEqual(100);
});

it('tells the load since the look before', async () => {
  const at = (cpu: object) => [{ address: '10.10.101.182' }, { address: A, cpu }];
  const [since] = await look(nodeThatSays({}), at({ busy: 0, total: 1 }));
  const [sinceBoot] = await look(nodeThatSays({}), at({ busy: 9e15, total: 9e15 }));
  expect(since?.cpu?.total).toBeGreaterThan(since?.cpu?.busy ?? 0);
  expect(since?.cpuPercent).toBeCloseTo((100 * (since?.cpu?.busy ?? 0)) / ((since?.cpu?.total ?? 0) - 1), 5);
  expect(sinceBoot?.cpuPercent).toBeCloseTo((100 * (sinceBoot?.cpu?.busy ?? 0)) / (sinceBoot?.cpu?.total ?? 0), 5);
});

it.each([
  ['was never started', ['installed'], 'installed, never started'],
  ['has lost its entry', ['installed', 'started'], 'monit has no entry of it'],
  ['is not there', [], 'not installed'],
])('tells what %s from what does not run', async (_case, marks, detail) => {
  for (const script of ['of now', 'of an older engine'] as const) {
    const [nats] = await look(nodeThatSays({}, { marks, script }));
    expect(nats).toMatchObject({ isRunning: false, detail });
  }
});

it('says what is wrong, instance by instance', async () => {
  const rows = await look(nodeThatSays({ nats_0: 'nats running\\nlog does not exist\\n' }));
  expect(rows.map(({ isRunning, detail }) => [isRunning, detail])).toEqual([
    [false, 'log does not exist'],
    [false, 'not installed'],
  ]);
});

it.each([
  ['cannot be reached', new DeploymentEngineError('NodeUnreachable', 'no route'), 'unreachable'],
  ['lost the connection', new DeploymentEngineError('ConnectionLost', 'gone'), 'unreachable'],
  ['lets nobody in', new DeploymentEngineError('AuthenticationFailed', 'wrong password'), 'wrong password'],
])('has rows for a node that %s', async (_case, error, detail) => {
  const rows = await look(unreachable(error));
  expect(rows.map((row) => [row.id, row.isRunning, row.detail])).toEqual([
    ['nats/0', false, detail],
    ['uaa/1', false, detail],
  ]);
});

it('hides no defect of its own', async () => {
  await expect(look(unreachable(new TypeError('oh')))).rejects.toThrow('oh');
});

it('says that an operator has stopped it', async () => {
  const [nats, uaa] = await look(
    nodeThatSays({
      nats_0: 'nats stopped by operator\\nforwarder stopped by operator\\n',
      uaa_1: 'uaa stopped by operator\\nforwarder running\\n',
    }),
  );
  expect(nats).toMatchObject({ isRunning: false, detail: 'stopped by operator' });
  expect(uaa).toMatchObject({ isRunning: false, detail: 'uaa stopped by operator' });
});

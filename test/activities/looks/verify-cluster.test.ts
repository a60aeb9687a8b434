import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { createLookReport } from '../../../activities/looks/look-report.ts';
import { createVerifyCluster, problemsOf } from '../../../activities/looks/verify-cluster.ts';
import type { Command } from '../../../domain/command.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Instance } from '../../../domain/instance.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import { until } from '../../support/until.ts';
import { nodeContext } from '../samples.ts';

const ADDRESS = '10.10.101.181';
const instanceOf = (component: 'nats' | 'uaa' | 'etcd'): Instance => ({
  id: `${component}/0`,
  component,
  address: ADDRESS,
  number: 0,
  index: 0,
});
const CLUSTER = {
  configuration: nodeContext().configuration,
  instances: [instanceOf('nats'), instanceOf('uaa'), instanceOf('etcd')],
};
/** A name that no name server knows. */
const unknownDomain = {
  ...CLUSTER.configuration,
  properties: { ...CLUSTER.configuration.properties, domain: 'cf.invalid' },
};
const ALL_RUN = 'all run';
const LOOK = `@@instance nats_0
nats running
@@instance uaa_0
uaa starts and is gone within half a minute, once so far
@@instance etcd_0
etcd stopped by operator
`;

/** What is found where the node's script says this of why something does not run. */
async function verify(words: string, answers: Promise<void> = Promise.resolve()) {
  const lines: string[] = [];
  const measured: string[] = [];
  const read = async ({ text }: Command) => {
    if (text.includes(' why ')) return { stdout: words };
    await answers;
    return { stdout: words === ALL_RUN ? LOOK.replace(/(?<=uaa |etcd ).*/g, 'running') : LOOK };
  };
  const times = {
    usual: async () => new Map([['verify of 1 node', 4_000]]),
    note: async (time: string) => void measured.push(time),
  };
  const deps = {
    connections: { node: async () => ({ read }) },
    logins: { of: async () => ({}) },
    store: { statuses: { of: async () => [], save: async () => {} }, times },
    log: {
      write: (_run: number, written: { stream: string; line: string }[]) =>
        lines.push(...written.map(({ stream, line }) => `${stream} ${line}`)),
      flush: async () => {},
    },
  };
  const looking = { ...deps, run: 7, name: 'verify', addresses: [ADDRESS], after: () => 50 } as const;
  const report = createLookReport(looking as never);
  const verified = problemsOf(deps as never, CLUSTER, { run: 7, report }).finally(report.stop);
  return { verified, lines, measured };
}

it('says why an instance does not run, and all that is known in its log', async () => {
  const { verified, lines, measured } = await verify(
    'no port given (uaa starts and is gone within half a minute, once)\nuaa said:\nno port given\n',
  );
  expect({ problems: await verified, lines, measured }).toEqual({
    problems: ['uaa/0 does not run: no port given (uaa starts and is gone within half a minute, once)'],
    lines: [
      'uaa_0 verify: no port given (uaa starts and is gone within half a minute, once)',
      'uaa_0 verify: uaa said:',
      'uaa_0 verify: no port given',
    ],
    measured: [],
  });
});

it('repeats the row where the node knows no more', async () => {
  const { verified, lines } = await verify('');
  expect(await verified).toEqual(['uaa/0 does not run: uaa starts and is gone within half a minute, once so far']);
  expect(lines).toEqual([]);
});

it('says on whom it waits while that takes long, and measures it', async () => {
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>();
  const { verified, lines, measured } = await verify(ALL_RUN, answers);
  await until(() => lines.length > 0, 'it is said');
  expect(lines[0]).toMatch(/^local verify: asking monit on 10\.10\.101\.181 for \d+ s, usually 4 s$/);
  answer();
  expect(await verified).toEqual([]);
  expect(measured).toEqual(['verify of 1 node']);
});

/** What is written where a run has changed this instance. */
async function eventsOf(id: string, before: Outcome = 'ok'): Promise<readonly string[]> {
  const events: string[] = [];
  const store = {
    runs: {
      list: async () => [{ operation: 'restart' }, { operation: 'deploy', outcome: before }],
      plan: async () => ({ revision: 1, release: '', instances: [{ id }] }),
      get: async () => ({ revision: 1, release: '' }),
    },
    statuses: { of: async () => [], save: async () => {} },
    times: { usual: async () => new Map(), note: async () => {} },
  };
  const deps = {
    // Nothing is asked of a node, which has no name server then.
    connections: { node: async () => Promise.reject(new DeploymentEngineError('NodeUnreachable', 'it is off')) },
    logins: { of: async () => ({}) },
    contexts: { load: async () => ({ ...CLUSTER, configuration: unknownDomain }) },
    store,
    log: {
      write: (_run: number, written: { stream: string; level: string; line: string }[]) =>
        events.push(...written.map(({ stream, level, line }) => `${stream} ${level} ${line}`)),
      flush: async () => void events.push('flushed'),
    },
  };
  const activity = {
    info: { heartbeatTimeoutMs: 8_000 },
    heartbeat: () => {},
    cancellationSignal: new AbortController().signal,
    cancelled: new Promise(() => {}),
  } as unknown as Context;
  await asyncLocalStorage.run(activity, () => createVerifyCluster(deps as never)({ run: 7 }));
  return events;
}

it('ends with the record that name servers lack, as a warning, before the run has its last line', async () => {
  const events = await eventsOf('haproxy/0');
  const told = events.filter((each) => each.includes(' DNS: '));
  expect(told).toEqual([
    expect.stringMatching(/^local warn DNS: .*the control machine.*address=\/cf\.invalid\/10\.10\.101\.181/),
  ]);
  expect(events.indexOf(told[0] ?? '')).toBeLessThan(events.lastIndexOf('flushed'));
});

it('asks no name server after a run that has left the front alone, unless the one before was not verified', async () => {
  expect((await eventsOf('dea/1')).filter((each) => each.includes(' DNS: '))).toEqual([]);
  expect((await eventsOf('dea/1', 'superseded')).filter((each) => each.includes(' DNS: '))).toHaveLength(1);
});

it('logs in to a few of many nodes at once', async () => {
  const addresses = Array.from({ length: 130 }, (_, index) => `10.0.0.${index + 1}`);
  const instances = addresses.map((address) => ({ ...instanceOf('nats'), address }));
  let [now, most] = [0, 0];
  const read = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return { stdout: LOOK };
  };
  const node = async () => {
    now += 1;
    most = Math.max(most, now);
    return { read };
  };
  const deps = {
    connections: { node },
    logins: { of: async () => ({}) },
    store: {
      statuses: { of: async () => [], save: async () => {} },
      times: { usual: async () => new Map(), note: async () => {} },
    },
    log: { write: () => {}, flush: async () => {} },
  };
  const report = createLookReport({ ...deps, run: 7, name: 'verify', addresses } as never);
  const verified = problemsOf(deps as never, { ...CLUSTER, instances }, { run: 7, report });
  expect(await verified.finally(report.stop)).toEqual([]);
  expect(most).toBe(50);
});

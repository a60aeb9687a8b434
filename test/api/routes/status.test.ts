import { expect, it } from 'vitest';
import { beginRun, configurationDocument, endRun, postConfiguration, startGateway } from '../gateway.ts';

const NOW = 1_800_000_000_000;

it('needs a configuration', async () => {
  const { fetch: ask } = await startGateway();
  expect((await ask('/deployment-engine/status')).status).toBe(403);
});

it('shows every instance of the posted configuration as down before it is installed', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const answer = await gateway.fetch('/deployment-engine/status');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  const rows = (await answer.json()) as object[];
  expect(rows).toHaveLength(4);
  expect(rows[0]).toEqual({
    Comp: 'haproxy',
    Ip: '10.10.101.181',
    Cpu: '0%',
    Mem: '0%',
    Disk: '0%',
    Status: 'DOWN',
    Detail: 'not installed',
  });
});

it('goes on with the deployed revision, in the numbers of the document', async () => {
  const gateway = await startGateway({ clock: () => NOW });
  await postConfiguration(gateway, configurationDocument(['10.10.101.182']));
  const { number } = await beginRun(gateway, 'first');
  await endRun(gateway, number);
  await postConfiguration(gateway, configurationDocument(['10.0.0.9']));
  const seen = { cpuPercent: 1.1884412, memoryPercent: 81.744, diskPercent: 8.3, seenAt: NOW - 3200 };
  for (const component of ['nats', 'dea'] as const)
    await gateway.store.installed.note(
      { id: `${component}/0`, component, number: 0, address: '10.10.101.182' },
      { revision: 1, release: 'r' },
    );
  await gateway.store.statuses.save([
    { id: 'nats/0', component: 'nats', address: '10.10.101.182', ...seen, isRunning: true, detail: '' },
    { id: 'dea/0', component: 'dea', address: '10.10.101.182', ...seen, isRunning: false, detail: 'starting' },
  ]);
  const rows = (await (await gateway.fetch('/deployment-engine/status')).json()) as { Comp: string; Ip: string }[];
  expect(rows.map(({ Comp, Ip }) => `${Comp} ${Ip}`)).not.toContain('nats 10.0.0.9');
  expect(rows.slice(1)).toEqual([
    { Comp: 'nats', Ip: '10.10.101.182', Cpu: '1.18844%', Mem: '81.74%', Disk: '8%', Status: 'RUNNING', Age: 3 },
    {
      Comp: 'dea',
      Ip: '10.10.101.182',
      Cpu: '1.18844%',
      Mem: '81.74%',
      Disk: '8%',
      Status: 'DOWN',
      Detail: 'starting',
      Age: 3,
    },
  ]);
});

const A = '10.10.101.182';
const UP = { cpuPercent: 1, memoryPercent: 2, diskPercent: 3, isRunning: true, detail: '', seenAt: NOW };
const DOWN = { ...UP, isRunning: false };

/** `component/number: status detail` of the rows of a run that works on two nats. */
async function details(
  prepare: (gateway: Awaited<ReturnType<typeof startGateway>>, run: number) => Promise<void>,
  clock = () => NOW,
) {
  const gateway = await startGateway({ clock });
  await postConfiguration(gateway, configurationDocument([A, '10.10.101.183']));
  const { number } = await beginRun(gateway, 'first');
  for (const [place, address] of [A, '10.10.101.183'].entries()) {
    const nats = { id: `nats/${place}`, component: 'nats', number: place, address } as const;
    await gateway.store.installed.note(nats, { revision: 1, release: 'r' });
  }
  await prepare(gateway, number);
  const rows = (await (await gateway.fetch('/deployment-engine/status')).json()) as Record<string, string>[];
  return rows.map(({ Comp, Ip, Status, Detail }) => [`${Comp} ${Ip}`, Status, Detail]);
}

const failure = { code: 'JobNotRunning', message: `${A}: no port given (3 times)\nnats said: x`, counts: true };

it('says that one is parked, also after something else was asked of it inside the run', async () => {
  const rows = await details(async ({ store }, run) => {
    const start = { run, target: 'nats/0', step: 'start', round: 1 } as const;
    await store.steps.begin(start);
    await store.steps.fail(start, { ...failure, parks: true });
    const stop = { run, target: 'nats/0', step: 'stop', round: 1 } as const;
    await store.steps.begin(stop);
    await store.steps.fail(stop, { ...failure, parks: false });
    await store.steps.end(stop, 'aborted', []);
  });
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', `parked: ${A}: no port given (3 times)`]);
});

it('says nothing of a park that a retry has ended, also where the clock was set back in between', async () => {
  let now = NOW;
  const work: Parameters<typeof details>[0] = async ({ store }, run) => {
    const start = { run, target: 'nats/0', step: 'start', round: 1 } as const;
    await store.steps.begin(start);
    await store.steps.fail(start, { ...failure, parks: true });
    now -= 3_600_000;
    await store.steps.begin({ ...start, round: 2 });
    await store.steps.end({ ...start, round: 2 }, 'done', []);
  };
  const rows = await details(work, () => now);
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', 'not looked at yet']);
});

it('says that one is parked whose retry was called off', async () => {
  const rows = await details(async ({ store }, run) => {
    const start = { run, target: 'nats/0', step: 'start', round: 1 } as const;
    await store.steps.begin(start);
    await store.steps.fail(start, { ...failure, parks: true });
    await store.steps.begin({ ...start, round: 2 });
    await store.steps.end({ ...start, round: 2 }, 'aborted', ['cancelled']);
  });
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', `parked: ${A}: no port given (3 times)`]);
});

it('says nothing of what was parked in a run that was terminated by hand', async () => {
  const rows = await details(async ({ store, cluster }, run) => {
    const start = { run, target: 'nats/0', step: 'start', round: 1 } as const;
    await store.steps.begin(start);
    await store.steps.fail(start, { ...failure, parks: true });
    cluster.stateOf = () => Promise.resolve('stopped');
  });
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', 'not looked at yet']);
});

it('says why an instance waits for a decision, also one whose node does', async () => {
  const rows = await details(async ({ store }, run) => {
    await store.statuses.save([
      { id: 'nats/0', component: 'nats', address: A, ...DOWN, detail: 'nats does not exist' },
    ]);
    const start = { run, target: 'nats/0', step: 'start', round: 1 } as const;
    await store.steps.begin(start);
    await store.steps.fail(start, { ...failure, parks: true });
    const disk = { run, target: '10.10.101.183', step: 'checkDisk', round: 1 } as const;
    await store.steps.begin(disk);
    await store.steps.fail(disk, { code: 'DiskTooSmall', message: 'too small', counts: true, parks: true });
  });
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', `parked: ${A}: no port given (3 times)`]);
  expect(rows).toContainEqual(['nats 10.10.101.183', 'DOWN', 'parked: too small']);
});

it('tells who fails over and over from who starts', async () => {
  const rows = await details(async ({ store }, run) => {
    const keys = ['nats/0', 'nats/1'].map((target) => ({ run, target, step: 'start', round: 1 }) as const);
    for (const key of keys) await store.steps.begin(key);
    for (const _try of [1, 2]) await store.steps.fail(keys[0] as (typeof keys)[number], { ...failure, parks: false });
  });
  expect(rows).toContainEqual([`nats ${A}`, 'DOWN', `start has failed 2 times: ${A}: no port given (3 times)`]);
  expect(rows).toContainEqual(['nats 10.10.101.183', 'DOWN', 'starting']);
});

it('has a row for what is installed and no longer wanted, and forgets what was removed', async () => {
  const rows = await details(async (gateway, run) => {
    const { store } = gateway;
    await endRun(gateway, run);
    const left = { id: 'nats/7', component: 'nats', number: 7, address: '10.0.0.7' } as const;
    await store.installed.note(left, { revision: 1, release: 'r' });
    await store.installed.remove('nats/1');
    await store.statuses.save([
      { id: 'nats/1', component: 'nats', address: '10.10.101.183', ...UP },
      { ...left, ...UP },
    ]);
    await store.installed.setStopped('nats/0', NOW);
  });
  expect(rows.filter(([place = '']) => place?.startsWith('nats'))).toEqual([
    [`nats ${A}`, 'DOWN', 'stopped by operator'],
    ['nats 10.10.101.183', 'DOWN', 'not installed'],
    ['nats 10.0.0.7', 'RUNNING', 'no longer wanted, cleaned by the next deploy'],
  ]);
});

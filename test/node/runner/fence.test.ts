import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { createNodeSession } from '../../../ssh/create-node-session.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

let node: LocalNode;
let trace: string;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
  trace = join(node.directory, 'trace');
});
afterEach(() => node.remove());

it('refuses an older run and writes it down', async () => {
  const command = sh`touch ${trace}`;
  await expect(node.session.run(runRequest({ command, fence: { ...FENCE, run: 6 } }))).rejects.toMatchObject({
    code: 'Superseded',
    details: { generation: 1, run: 7 },
  });
  expect(existsSync(trace)).toBe(false);
  expect(readLedger(node.directory)).toMatchObject([{ event: 'refused', run: 6, exit: null }]);
});

it('keeps whose the node is, and since when', async () => {
  const claimant = (): string[] => readFileSync(join(node.directory, 'claimant'), 'utf8').trimEnd().split(' ');
  const [engine, since, ...controller] = claimant();
  expect([engine, controller]).toEqual([FENCE.engine, ['{}']]);
  expect(Math.abs(Number(since) - Date.now() / 1000)).toBeLessThan(60);

  const moved = createNodeSession({ ...node.access, controller: { host: 'control 2' } }, 'root');
  writeFileSync(join(node.directory, 'claimant'), `${FENCE.engine} 1760000000 {"host":"control 1"}\n`);
  await moved.installRunner(FENCE);
  expect(claimant()).toEqual([FENCE.engine, '1760000000', '{"host":"control', '2"}']);

  for (const damaged of ['', FENCE.engine, `${FENCE.engine} soon {"host":"control 2"}\n`]) {
    writeFileSync(join(node.directory, 'claimant'), damaged);
    await moved.installRunner(FENCE);
    expect(Number(claimant()[1])).toBeGreaterThan(1_760_000_000);
  }
  await moved.installRunner({ ...FENCE, engine: 'engine-b', run: 8, adopt: 'engine-a', about: { serial: 'c0ffee' } });
  expect(claimant().toSpliced(1, 1).join(' ')).toBe('engine-b {"host":"control 2","serial":"c0ffee"}');
});

it('keeps from which machine each run was let in', async () => {
  const visitor = (): string => readFileSync(join(node.directory, 'visitor'), 'utf8').trimEnd();
  expect(visitor()).toBe('engine-a 1 7 {}');
  const from = (host: string) => createNodeSession({ ...node.access, controller: { host } }, 'root');
  await from('control-2').run(runRequest({ fence: { ...FENCE, run: 8 } }));
  expect(visitor()).toBe('engine-a 1 8 {"host":"control-2"}');
  // It is let in once; and nobody is who is refused.
  await from('control-3').run(runRequest({ fence: { ...FENCE, run: 8 }, command: sh`: more` }));
  await expect(from('control-3').run(runRequest())).rejects.toMatchObject({ code: 'Superseded' });
  expect(visitor()).toBe('engine-a 1 8 {"host":"control-2"}');
  await from('control-3').run(runRequest({ fence: { ...FENCE, generation: 2, run: 8 } }));
  expect(visitor()).toBe('engine-a 2 8 {"host":"control-3"}');
});

/** What both files say whose the node is. */
const copies = (): string[] =>
  ['fence', 'owner'].map((file) => readFileSync(join(node.directory, file), 'utf8').trimEnd());

it('compares numbers, the generation first', async () => {
  await node.session.installRunner({ ...FENCE, run: 10 });
  await expect(node.session.run(runRequest({ fence: { ...FENCE, run: 9 } }))).rejects.toMatchObject({
    code: 'Superseded',
  });
  await node.session.run(runRequest({ fence: { ...FENCE, generation: 2, run: 1 } }));
  await expect(node.session.installRunner({ ...FENCE, run: 11 })).rejects.toMatchObject({ code: 'Superseded' });
  expect((await node.session.read(sh`true`)).fence).toEqual({ generation: 2, run: 1 });
});

it('ends what an older run left running before a newer one starts', async () => {
  const stubborn = sh`trap '' TERM; touch ${`${trace}.stubborn`}; sleep 300 & echo up; while :; do sleep 1; done`;
  const older = node.session.run(runRequest({ command: stubborn }));
  const attached = node.session.run(runRequest({ command: sh`touch ${trace}; sleep 301`, long: false }));
  await until(() => existsSync(trace) && existsSync(`${trace}.stubborn`), 'both run');

  await node.session.run(runRequest({ fence: { ...FENCE, run: 8 }, command: sh`rm ${trace}` }));

  expect((await older).exitCode).toBe(137);
  expect((await attached).exitCode).toBe(143);
  const ledger = readLedger(node.directory);
  const lastOfOlder = ledger.findLastIndex(({ run }) => run === 7);
  expect(ledger.filter(({ run, event }) => run === 7 && event === 'ended')).toHaveLength(2);
  expect(events(ledger.slice(lastOfOlder + 1))).toBe('started, ended 0');
  expect(readdirSync(join(node.directory, 'jobs'))).toHaveLength(1);
});

it('leaves what the same run has running alone', async () => {
  const gate = join(node.directory, 'gate');
  const first = node.session.run(
    runRequest({ command: sh`touch ${trace}; while [ ! -e ${gate} ]; do sleep 0.05; done` }),
  );
  await until(() => existsSync(trace), 'the first command runs');
  await node.session.run(runRequest({ step: 'start' }));
  writeFileSync(gate, '');
  expect((await first).exitCode).toBe(0);
});

it('refuses another engine, until that one adopts the node', async () => {
  const other = { engine: 'engine-b', generation: 2, run: 1 };
  await expect(node.session.run(runRequest({ fence: other }))).rejects.toMatchObject({
    code: 'DuplicateController',
    details: { owner: 'engine-a' },
  });
  await expect(node.session.installRunner(other)).rejects.toMatchObject({ code: 'DuplicateController' });
  expect(events(readLedger(node.directory))).toBe('refused');

  const adopting = { ...other, adopt: 'engine-a' };
  await node.session.installRunner(adopting);
  await node.session.run(runRequest({ fence: other }));
  await expect(node.session.run(runRequest())).rejects.toMatchObject({ code: 'DuplicateController' });
  await expect(node.session.installRunner({ ...FENCE, run: 99 })).rejects.toMatchObject({
    code: 'DuplicateController',
  });

  const [before, ledger] = [copies(), readLedger(node.directory)];
  await node.session.installRunner(adopting);
  expect([copies(), readLedger(node.directory)]).toEqual([before, ledger]);
});

it('is adopted from the named engine only', async () => {
  const third = { engine: 'engine-c', generation: 1, run: 9 };
  for (const adopt of ['engine-a', '?', '-'])
    await expect(
      createNodeSession(node.access, 'root').installRunner({ ...third, adopt: `not-${adopt}` }),
    ).rejects.toMatchObject({
      code: 'DuplicateController',
      details: { owner: 'engine-a' },
    });
  await expect(node.session.installRunner({ ...third, adopt: '?' })).rejects.toMatchObject({
    code: 'DuplicateController',
  });
  // What was seen there was older than what is there now: its engine has come back.
  await node.session.installRunner({ ...FENCE, generation: 3, run: 1 });
  await expect(node.session.installRunner({ ...third, generation: 2, adopt: 'engine-a' })).rejects.toMatchObject({
    code: 'Superseded',
  });
  expect(copies()).toEqual(['engine-a 3 1', 'engine-a 3 1']);
});

it('ends what the former engine has running when it is adopted', async () => {
  const running = node.session.run(runRequest({ command: sh`touch ${trace}; sleep 300` }));
  await until(() => existsSync(trace), 'it runs');
  await node.session.installRunner({ engine: 'engine-b', generation: 2, run: 1, adopt: 'engine-a' });
  expect((await running).exitCode).toBe(143);
  expect(events(readLedger(node.directory))).toBe('started, ended 143');
});

it('lets another engine in once somebody has removed both files that say whose the node is', async () => {
  const other = { engine: 'engine-b', generation: 1, run: 1 };
  await node.session.run(runRequest());
  rmSync(join(node.directory, 'owner'));
  await expect(node.session.installRunner(other)).rejects.toMatchObject({ code: 'DuplicateController' });
  rmSync(join(node.directory, 'owner'), { force: true });
  rmSync(join(node.directory, 'fence'));
  await node.session.installRunner(other);
  await node.session.run(runRequest({ fence: other }));
  await expect(node.session.run(runRequest())).rejects.toMatchObject({ code: 'DuplicateController' });
});

it('says what to run on a node that was wiped', async () => {
  rmSync(node.directory, { recursive: true });
  expect(await node.session.read(sh`true`)).toMatchObject({ position: 0, fence: undefined, owner: undefined });
  const error = { code: 'NodeProtocolError', message: expect.stringContaining('`connect`') };
  await expect(node.session.run(runRequest())).rejects.toMatchObject(error);
  await expect(node.session.stop('00')).rejects.toMatchObject(error);
});

it('installs again without touching anything', async () => {
  await node.session.run(runRequest());
  expect(await node.session.installRunner(FENCE)).toEqual({
    position: 2,
    fence: { generation: 1, run: 7 },
    owner: 'engine-a',
  });
});

it('keeps only the last 20 jobs that are not needed any more, once there are twice as many', async () => {
  let run = 8;
  const archived = async (jobs: number): Promise<number[]> => {
    for (const last = run + jobs; run < last; run += 1)
      await node.session.run(runRequest({ fence: { ...FENCE, run } }));
    const kept = readdirSync(join(node.directory, 'archive')).map((name) => Number(name.split('.')[0]));
    return kept.toSorted((a, b) => a - b);
  };
  expect(await archived(41)).toEqual(Array.from({ length: 40 }, (_, index) => 2 + 2 * index));
  expect(await archived(1)).toEqual(Array.from({ length: 20 }, (_, index) => 44 + 2 * index));
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createNodePort } from '../../../activities/attempt/commands/node-port.ts';
import { untilTurn } from '../../../activities/builds/await-builds.ts';
import { buildArtefact, BuildAwaited, type BuildPace } from '../../../activities/builds/build-artefact.ts';
import { createBuilders } from '../../../activities/builds/builders.ts';
import type { WorkReport } from '../../../activities/progress/work-report.ts';
import { sh } from '../../../domain/command.ts';
import type { Act, BuildAct } from '../../../domain/step.ts';
import type { Mirror } from '../../../mirror/mirror.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { StepKey } from '../../../store/runs/contract.ts';
import { beginRun } from '../../store/samples.ts';
import { openSqlite, useFolders, useStores } from '../../store/stores.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { SILENT_REPORT } from '../silent-report.ts';
import { dependencies, workplace } from '../workplace.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const KEY = 'package/nats/f-nats';
const BUILDER = '10.0.0.1';
const OTHER = '10.0.0.2';
const PACE: BuildPace = { claim: 400, renew: 100, look: 20 };

const folders = useFolders();
const openStore = useStores(openSqlite);

let deps: ActivityDependencies;
let dataDir: string;
let nodes: LocalNode[];

beforeEach(async () => {
  dataDir = folders();
  deps = dependencies(await openStore({ dataDir }));
  await beginRun(deps.store);
  nodes = [];
});
afterEach(() => Promise.all(nodes.map((node) => node.remove())));

/** A node of its own that wants the artefact; everything it does for it is in its folder. */
async function wanting(
  address: string,
  {
    builders = [BUILDER],
    session = {},
    signal = new AbortController().signal,
    compile = sh`true`,
    unpack = sh`true`,
    report = SILENT_REPORT,
  } = {} as {
    builders?: readonly string[];
    session?: Partial<NodeSession>;
    signal?: AbortSignal;
    compile?: BuildAct['compile'];
    unpack?: BuildAct['unpack'];
    report?: WorkReport;
  },
) {
  const node = createLocalNode();
  nodes.push(node);
  const folder = temporaryFolder();
  const work = await workplace(
    deps,
    { ...node.session, ...session },
    { place: { run: 1, address }, builders: createBuilders(builders), report, signal },
  );
  const port = createNodePort(work);
  await port.carryOut({ kind: 'installRunner' }, 0);

  const archive = join(folder, 'nats.tgz');
  const timeouts: (number | undefined)[] = [];
  const act: BuildAct = {
    kind: 'build',
    key: KEY,
    profile: 'debian-12',
    prepare: [{ act: { kind: 'command', command: sh`echo prepared >>${folder}/trace` } }],
    compile: sh`
      echo compiled >>${folder}/trace
      ${compile}
      mkdir -p ${folder}/out; echo from ${address} >${folder}/out/nats
      tar -czf ${archive}.new -C ${folder} out
      mv ${archive}.new ${archive}`,
    archive,
    unpack: sh`${unpack}; mkdir -p ${folder}/placed; tar -xzf ${archive} -C ${folder}/placed; rm ${archive}`,
  };
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  return {
    /** As a child workflow does: where another builds, the attempt ends, and a new one begins when that is over. */
    build: async (pace = PACE, { round = 1, readFile = work.session.readFile } = {}): Promise<void> => {
      const here = { ...work, session: { ...work.session, readFile }, place: { ...work.place, round } };
      const port = createNodePort(here);
      const carryOut = async (part: Act): Promise<void> => {
        if (part.kind === 'command') timeouts.push(part.timeoutMs);
        // In place of the mirror's HTTP server, which the test of the port is about.
        if (part.kind === 'fetchBlob') writeFileSync(part.path, readFileSync(deps.mirror.blobPath(part.sha256)));
        else await port.carryOut(part, 0);
      };
      for (;;) {
        const attempt = { ...here, builders: createBuilders(builders) };
        const error = await buildArtefact(attempt, act, carryOut, pace).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        if (!(error instanceof BuildAwaited)) throw error;
        const turn = { ...here, builders: createBuilders(builders) };
        await untilTurn({ turn, mirror: deps.mirror, profile: act.profile, keys: [KEY], signal, pace });
      }
    },
    lines: work.lines,
    timeouts,
    trace: () => read('trace'),
    placed: () => read('placed/out/nats'),
    folder,
    archive,
  };
}

const holder = () => deps.store.claims.holder(`build/debian-12/${KEY}`);

/** Counts how often somebody looks for the artefact. */
function countLooks(): () => number {
  let looks = 0;
  const { mirror } = deps;
  const counted: Mirror = {
    ...mirror,
    findCompiled: (...key) => {
      looks += 1;
      return mirror.findCompiled(...key);
    },
  };
  deps = { ...deps, mirror: counted };
  return () => looks;
}

describe('an artefact', () => {
  it('gives a compile a day, since a slow machine needs more than an hour for a large one', async () => {
    const builder = await wanting(BUILDER);
    await builder.build();
    expect(builder.timeouts).toEqual([undefined, 24 * 3_600_000, undefined]);
  });

  it('is built once, by its builder; all others wait and get that one', async () => {
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`until [ -e ${gate} ]; do sleep 0.05; done` });
    const others = await Promise.all([OTHER, '10.0.0.3'].map((address) => wanting(address)));
    const all = Promise.all([builder, ...others].map(({ build }) => build()));
    await until(
      () => others.every(({ lines }) => lines.length > 0) && builder.trace() !== '',
      'all wait for the builder',
    );
    writeFileSync(gate, '');
    await all;
    expect([builder, ...others].map(({ trace }) => trace())).toEqual(['prepared\ncompiled\n', '', '']);
    expect([builder, ...others].map(({ placed }) => placed())).toEqual(Array(3).fill(`from ${BUILDER}\n`));
    expect(builder.lines).toEqual([`${KEY} built`]);
    for (const { lines } of others) expect(lines).toEqual([`waits for package nats from ${BUILDER}`]);
    expect(await holder()).toBeUndefined();
  });

  it('that the mirror holds is built by nobody', async () => {
    await (await wanting(BUILDER)).build();
    const late = await wanting(BUILDER);
    await late.build();
    expect([late.trace(), late.placed()]).toEqual(['', `from ${BUILDER}\n`]);
  });

  it('that the plan gives to nobody is built by whoever comes first', async () => {
    const both = await Promise.all([BUILDER, OTHER].map((address) => wanting(address, { builders: [] })));
    await Promise.all(both.map(({ build }) => build()));
    expect(both.map(({ trace }) => trace()).toSorted()).toEqual(['', 'prepared\ncompiled\n']);
  });

  it('is taken over from a builder that never comes', async () => {
    const other = await wanting(OTHER);
    await other.build();
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
    expect(other.lines).toEqual([`waits for package nats from ${BUILDER}`, `${KEY} built`]);
  });

  it.each<[string, (key: StepKey) => Promise<unknown>, Partial<StepKey>?]>([
    ['has parked', (key) => deps.store.steps.fail(key, { code: 'x', message: '', counts: true, parks: true })],
    ['was given up', (key) => deps.store.steps.end(key, 'aborted', [])],
    ['has left out the step', (key) => deps.store.steps.end(key, 'skipped', [])],
    ['is past the step', () => Promise.resolve(), { step: 'compilePackages' }],
  ])('is taken over at once from a builder that %s, by the next in order alone', async (_case, end, key = {}) => {
    const parked: StepKey = { run: 1, target: BUILDER, step: 'buildRuby', round: 1, ...key };
    await deps.store.steps.begin(parked);
    await end(parked);
    const patient = { ...PACE, claim: 600_000 };
    const builders = [BUILDER, OTHER];
    const [next, third] = [await wanting(OTHER, { builders }), await wanting('10.0.0.3', { builders })];
    const waiting = third.build(patient);
    await until(() => third.lines.length > 0, 'the third waits');
    await next.build(patient);
    await waiting;
    expect([next.trace(), third.trace()]).toEqual(['prepared\ncompiled\n', '']);
    expect(third.lines).toEqual([`waits for package nats from ${OTHER}`]);
  });

  it('is taken over from a builder that has not answered for long', async () => {
    const key: StepKey = { run: 1, target: BUILDER, step: 'swapAptSource', round: 1 };
    await deps.store.steps.begin(key);
    await deps.store.steps.fail(key, { code: 'NodeUnreachable', message: '', counts: false, parks: false });
    // Its presence says nothing about whether its node answers.
    await deps.store.claims.take(`builder/${BUILDER}`, 'run', 600_000);
    const other = await wanting(OTHER);
    await other.build();
    expect(other.placed()).toBe(`from ${OTHER}\n`);
  });

  it('is waited for as long as its builder is at work, if on another', async () => {
    const looks = countLooks();
    const presence = `builder/${BUILDER}`;
    await deps.store.claims.take(presence, 'run', 600_000);
    const other = await wanting(OTHER);
    const building = other.build();
    await until(() => looks() > (3 * PACE.claim) / PACE.look, 'it has waited far longer than a claim lives');
    expect([other.trace(), await holder()]).toEqual(['', undefined]);

    await deps.store.claims.release(presence, 'run');
    await building;
    expect(other.placed()).toBe(`from ${OTHER}\n`);
  });

  it('is not built beside one who builds it already', async () => {
    const looks = countLooks();
    const claim = `build/debian-12/${KEY}`;
    await deps.store.claims.take(claim, 'somebody', 600_000);
    const builder = await wanting(BUILDER);
    const building = builder.build();
    await until(() => looks() > 10, 'it has looked often');
    expect(builder.trace()).toBe('');
    await deps.store.claims.release(claim, 'somebody');
    await building;
    expect(builder.trace()).toBe('prepared\ncompiled\n');
  });

  it('that takes longer than a claim lives stays the builder’s', async () => {
    const looks = countLooks();
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`until [ -e ${gate} ]; do sleep 0.05; done` });
    const other = await wanting(OTHER);
    const both = Promise.all([builder.build(), other.build()]);
    await until(() => looks() > (3 * PACE.claim) / PACE.look, 'a claim would be over');
    writeFileSync(gate, '');
    await both;
    expect([builder.trace(), other.trace()]).toEqual(['prepared\ncompiled\n', '']);
  });

  it('that was finished before a crash is not built again, in this try or a later one', async () => {
    const builder = await wanting(BUILDER);
    const lost = (): never => {
      throw new Error('the connection is lost');
    };
    await expect(builder.build(PACE, { readFile: lost })).rejects.toThrow('the connection is lost');
    await builder.build(PACE, { round: 2 });
    expect([builder.trace(), builder.placed()]).toEqual(['prepared\ncompiled\n', `from ${BUILDER}\n`]);
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeDefined();
  });

  it('that merely lies there is built anew, whoever may have laid it there', async () => {
    const builder = await wanting(BUILDER);
    mkdirSync(join(builder.folder, 'out'));
    writeFileSync(join(builder.folder, 'out/nats'), 'from before\n');
    execFileSync('tar', ['-czf', builder.archive, '-C', builder.folder, 'out']);
    await builder.build();
    expect([builder.trace(), builder.placed()]).toEqual(['prepared\ncompiled\n', `from ${BUILDER}\n`]);
  });

  it('that lies there after its build failed is built anew', async () => {
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`[ -e ${gate} ]` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    writeFileSync(builder.archive, 'half of one');
    writeFileSync(gate, '');
    await builder.build(PACE, { round: 2 });
    expect(builder.placed()).toBe(`from ${BUILDER}\n`);
  });

  it('is measured: making it apart from putting it in place', async () => {
    const told: string[] = [];
    const report: WorkReport = {
      ...SILENT_REPORT,
      at: (verb, { key }) => void told.push(`${verb} ${key}`),
      took: async (time) => void told.push(`took ${time}`),
    };
    await (await wanting(BUILDER, { report })).build();
    await (await wanting(OTHER, { report })).build();
    const placed = [`unpacking ${KEY}`, 'took unpacking package nats debian-12'];
    expect(told).toEqual([`building ${KEY}`, 'took building package nats debian-12', ...placed, ...placed]);
  });

  it('is taken over from a worker that was killed while it built', async () => {
    const looks = countLooks();
    const mirror = dirname(dirname(deps.mirror.blobPath('0'.repeat(64))));
    const program = resolve(import.meta.dirname, '../programs/doomed-builder.ts');
    const doomed = spawn(process.execPath, [program, dataDir, mirror, BUILDER, KEY, String(PACE.claim)]);
    await once(doomed.stdout, 'data');
    const other = await wanting(OTHER);
    const building = other.build();
    await until(() => looks() > (3 * PACE.claim) / PACE.look, 'it has waited longer than a claim lives');
    expect(other.trace()).toBe('');

    doomed.kill('SIGKILL');
    await building;
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
  });

  it('that arrives as something else is refused and kept, and offered to the next', async () => {
    async function* cut(this: void): AsyncIterable<Uint8Array> {
      yield new Uint8Array([1, 2, 3]);
    }
    const builder = await wanting(BUILDER, { session: { readFile: cut } });
    await expect(builder.build()).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeUndefined();
    expect(await holder()).toBeUndefined();
    expect(await deps.mirror.quarantined('debian-12', KEY)).toMatchObject([
      { reason: expect.stringContaining('arrived as') as string },
    ]);
  });

  it('that cannot be put in place goes into quarantine, and is built anew by the one who found out', async () => {
    await (await wanting(BUILDER)).build();
    const first = await deps.mirror.findCompiled('debian-12', KEY);
    const gate = join(temporaryFolder(), 'isSecond');
    const other = await wanting(OTHER, { unpack: sh`[ -e ${gate} ] || { touch ${gate}; exit 1; }` });
    await other.build();
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
    expect(other.lines).toEqual([expect.stringContaining('goes into quarantine'), `${KEY} built`]);
    expect(await deps.mirror.quarantined('debian-12', KEY)).toMatchObject([{ sha256: first?.sha256 }]);
    const second = await deps.mirror.findCompiled('debian-12', KEY);
    expect([second?.sha256 === first?.sha256, second !== undefined]).toEqual([false, true]);
  });

  it('that fails again after it was built anew is left to the operator', async () => {
    await (await wanting(BUILDER)).build();
    const never = sh`exit 1`;
    await expect((await wanting(OTHER, { unpack: never })).build()).rejects.toMatchObject({ code: 'CommandFailed' });
    const again = await wanting('10.0.0.3', { unpack: never });
    await expect(again.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(again.trace()).toBe('');
    expect(await deps.mirror.quarantined('debian-12', KEY)).toHaveLength(1);
  });

  it('that its builder cannot put in place is offered to nobody', async () => {
    const builder = await wanting(BUILDER, { unpack: sh`exit 1` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeUndefined();
    expect(existsSync(builder.archive)).toBe(false);
  });

  it('that cannot be compiled is left to the next try', async () => {
    const flag = join(temporaryFolder(), 'broken');
    writeFileSync(flag, '');
    const builder = await wanting(BUILDER, { compile: sh`[ ! -e ${flag} ]` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(await holder()).toBeUndefined();
    rmSync(flag);
    await builder.build();
    expect(builder.placed()).toBe(`from ${BUILDER}\n`);
  });

  it('is not waited for once nobody wants it', async () => {
    const leaving = new AbortController();
    const other = await wanting(OTHER, { signal: leaving.signal });
    const waiting = other.build({ ...PACE, claim: 600_000 });
    await until(() => other.lines.length > 0, 'it waits');
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

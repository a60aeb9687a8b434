import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, hostname, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../activities/steps/connect.ts';
import { DEFAULT_PROFILE } from '../../../domain/profiles/profiles.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { run } from '../shell.ts';
import { answer } from './connect-answer.ts';

const step = connect(nodeContext());

describe('what it reads', () => {
  it('is parsed from a real answer', () => {
    const { node, hasRunner, claim, lookup } = step.check.parse({
      exitCode: 0,
      stdout: [
        'system=debian-12',
        'hostname=node-181',
        'kernel=6.1.0-18-amd64',
        'architecture=x86_64',
        'packages=amd64',
        'processors=4',
        'memoryKiB=8129000',
        'diskBytes=42007232512',
        'bootId=6f1c-12 34',
        `clock=${Math.round(Date.now() / 1000) + 90}`,
        'bootCommandLine=BOOT_IMAGE=/vmlinuz root=UUID=1=2 quiet',
        'hasCgroups=yes',
        'isContainer=yes',
        'lookup=silent',
        'hasRunner=',
        'owner=engine-b 1 3',
        'fence=engine-b 2 4',
        'instance=cloud_controller_ng_0',
      ].join('\n'),
    });
    expect(node).toMatchObject({
      hostname: 'node-181',
      system: 'debian-12',
      packageArchitecture: 'amd64',
      processors: 4,
      memoryKiB: 8_129_000,
      diskBytes: 42_007_232_512,
      bootCommandLine: 'BOOT_IMAGE=/vmlinuz root=UUID=1=2 quiet',
      hasCgroups: true,
      isContainer: true,
      resolvesApi: false,
    });
    expect(Math.abs(node.clockSkew - 90)).toBeLessThanOrEqual(2);
    expect([hasRunner, claim, lookup]).toEqual([false, { owner: 'engine-b', generation: 2 }, 'silent']);
  });

  it('is true of this machine', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'etc'), { recursive: true });
    mkdirSync(join(root, 'var/lib/deployment-engine'), { recursive: true });
    writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="x (y)"\n');
    writeFileSync(join(root, 'var/lib/deployment-engine/owner'), 'engine-a\n');
    const runner = join(root, nodeContext().runnerFile);
    writeFileSync(runner, 'echo runner\n');
    const look = () => step.check.parse(run(step.check.run, { root }));
    const { node, hasRunner, claim } = look();
    expect(node).toMatchObject({ system: 'debian-12', hostname: hostname(), kernel: release() });
    expect(Math.abs(node.clockSkew)).toBeLessThan(30);
    expect([node.processors, node.memoryKiB]).toEqual([cpus().length, totalmem() / 1024]);
    expect(node.diskBytes).toBeGreaterThan(0);
    expect(node.bootId).toMatch(/^[0-9a-f-]{36}-\d+$/);
    expect([hasRunner, claim.owner]).toEqual([true, 'engine-a']);

    for (const damaged of ['', 'echo run']) {
      writeFileSync(runner, damaged);
      expect(look().hasRunner).toBe(false);
    }
  });
});

describe('whose the node is', () => {
  const claimed = (claimant: string) => () => reasonsFor(step, answer({ owner: 'engine-b', claimant }));

  it('is said with machine and time where they are known', () => {
    const line = 'engine-b 1760000000 {"host":"control-2","machine":"5e","startedAt":"2025-10-09T08:00:00.000Z"}';
    expect(claimed(line)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('(engine-b on control-2, since 2025-10-09T08:53:20.000Z)'),
        details: { owner: 'engine-b', host: 'control-2', since: '2025-10-09T08:53:20.000Z' },
      }),
    );
  });

  it.each(['', 'engine-b', 'engine-b soon', '{"host":"control-2"}', 'engine-b 1760000000000000 {}'])(
    'is said by its id alone where %j is all that is kept',
    (line) => expect(claimed(line)).toThrow(expect.objectContaining({ details: { owner: 'engine-b' } })),
  );
});

describe('what it changes', () => {
  it.each([
    ['nothing on a node that is ours', {}, []],
    ['a node without the runner', { hasRunner: '' }, ['no runner']],
    ['a node nobody has claimed', { owner: undefined }, ['the node is not claimed']],
    ['one whose claim is damaged', { owner: '' }, ['its claim is damaged']],
    ['a new node, in one act', { owner: undefined, hasRunner: '' }, ['no runner, the node is not claimed']],
  ])('%s', (_case, values, reasons) => {
    expect(reasonsFor(step, answer(values))).toEqual(reasons);
  });

  it.each([
    ['belongs to another engine', { owner: 'engine-b' }, 'DuplicateController'],
    ['belongs to another engine and lacks the runner', { owner: 'engine-b', hasRunner: '' }, 'DuplicateController'],
    ['has a system without a profile', { system: 'plan9-4' }, 'UnsupportedSystem'],
    ['tells no system', { system: '-' }, 'UnsupportedSystem'],
  ])('nothing, and says why, where the node %s', (_case, values, code) => {
    expect(() => reasonsFor(step, answer(values))).toThrow(expect.objectContaining({ code }));
  });
});

describe('a node of another architecture', () => {
  const mirrored = connect(nodeContext({ profile: { ...DEFAULT_PROFILE, packageArchitecture: 'amd64' } }));

  it.each([['amd64'], ['']])('is ours where dpkg says "%s"', (packages) => {
    expect(reasonsFor(mirrored, answer({ packages }))).toEqual([]);
  });

  it.each([['i386'], ['arm64']])('is refused where dpkg says %s', (packages) => {
    expect(() => reasonsFor(mirrored, answer({ packages }))).toThrow(
      expect.objectContaining({
        code: 'UnsupportedSystem',
        message: expect.stringContaining(`The node is ${packages}`),
      }),
    );
    // Where the mirror does not say for what its packages are, apt will.
    expect(reasonsFor(step, answer({ packages }))).toEqual([]);
  });
});

describe('a node of another engine', () => {
  const seen = { owner: 'engine-b 4 7', fence: 'engine-b 4 7' };
  const allowed = (owner: string, generation: number, installed: readonly string[] = []) =>
    connect(nodeContext({ former: { adoption: { owner, generation }, installed } }));
  const actOf = (values: Record<string, string>, made = allowed('engine-b', 4)) =>
    made.changes(made.check.parse({ exitCode: 0, stdout: answer(values) })).map(({ reason, act }) => [reason, act]);

  it('is taken over from exactly that one', () => {
    expect(actOf(seen)).toEqual([
      ['the node is taken over from the engine engine-b', { kind: 'installRunner', adopt: 'engine-b' }],
    ]);
    expect(actOf({ owner: 'engine-a 5 1', fence: 'engine-a 5 1' })).toEqual([]);
    expect(actOf({ owner: '', fence: '' }, allowed('?', 3))).toEqual([
      ['its claim is damaged', { kind: 'installRunner', adopt: '?' }],
    ]);
  });

  it.each([
    ['a third one has come', { owner: 'engine-c 1 1', fence: 'engine-c 1 1' }],
    ['it has taken the node back', { owner: 'engine-b 6 1', fence: 'engine-b 6 1' }],
    ['it takes the node back, and was cut off between the copies', { owner: 'engine-a 5 1', fence: 'engine-b 6 1' }],
  ])('is left alone where %s', (_case, values) => {
    expect(() => actOf(values)).toThrow(expect.objectContaining({ code: 'DuplicateController' }));
  });

  it('goes on where the adoption was cut off between the copies', () => {
    expect(actOf({ owner: 'engine-b 4 7', fence: 'engine-a 5 1' })).toEqual([]);
  });

  it.each([
    ['of another engine', { ...seen, instance: 'nats_0' }, ['nats/0']],
    ['that nobody has claimed', { owner: undefined, instance: 'nats_0' }, []],
  ])('is refused with instances this engine did not install, on a node %s', (_case, values, installed) => {
    expect(() => actOf(values as Record<string, string>, allowed('engine-b', 4, installed))).toThrow(
      expect.objectContaining({ code: 'UnknownInstances', details: { instances: ['nats/0'] } }),
    );
  });

  it('is claimed again with the instances this engine has installed', () => {
    const values = { owner: undefined, instance: 'nats_0' } as unknown as Record<string, string>;
    expect(actOf(values, allowed('engine-b', 4, ['nats/0'])).map(([reason]) => reason)).toEqual([
      'the node is not claimed',
    ]);
  });
});

import {
  appendFileSync,
  existsSync,
  globSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { RUNNER_FILE } from '../../../ssh/runner/runner-source.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

let node: LocalNode;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
});
afterEach(() => node.remove());

const path = (name: string): string => join(node.directory, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');

const DAMAGES: [string, (file: string) => void][] = [
  ['is gone', (file) => rmSync(file)],
  ['is empty', (file) => writeFileSync(file, '')],
  ['was cut', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['holds zeros', (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
];

describe('a runner that', () => {
  it.each(DAMAGES)('%s is laid down again by whatever needs it', async (_case, damage) => {
    const whole = text(RUNNER_FILE);
    damage(path(RUNNER_FILE));
    expect(await node.session.run(runRequest({ command: sh`echo well` }))).toMatchObject({ tail: 'well\n' });
    expect(text(RUNNER_FILE)).toBe(whole);
    damage(path(RUNNER_FILE));
    expect((await node.session.poll('0'.repeat(64))).state).toBe('none');
    damage(path(RUNNER_FILE));
    await node.session.installRunner(FENCE);
    expect(text(RUNNER_FILE)).toBe(whole);
  });

  it('says it is whole and is not, is not run', async () => {
    appendFileSync(path(RUNNER_FILE), `touch ${path('trace')}\n`);
    await node.session.run(runRequest());
    expect(existsSync(path('trace'))).toBe(false);
  });

  it('is of the version before is replaced while a command of that version goes on', async () => {
    const gate = path('gate');
    const command = sh`touch ${path('trace')}; while [ ! -e ${gate} ]; do sleep 0.05; done; echo well`;
    const first = node.session.run(runRequest({ command }));
    await until(() => existsSync(path('trace')), 'it runs');
    renameSync(path(RUNNER_FILE), path('runner-0123456789abcdef.sh'));
    const again = node.session.run(runRequest({ command }));
    await until(() => events(readLedger(node.directory)) === 'started, attached', 'it is met again');
    writeFileSync(gate, '');
    expect([await first, await again]).toMatchObject([{ tail: 'well\n' }, { tail: 'well\n', attached: true }]);
  });
});

describe('a claim', () => {
  const FILES = ['fence', 'owner'].flatMap((file) => DAMAGES.map(([how, damage]) => [file, how, damage] as const));

  it.each(FILES)('whose %s %s keeps older runs and other engines out', async (file, _how, damage) => {
    damage(path(file));
    expect(await node.session.read(sh`true`)).toMatchObject({ fence: { generation: 1, run: 7 }, owner: 'engine-a' });
    await expect(node.session.run(runRequest({ fence: { ...FENCE, run: 6 } }))).rejects.toMatchObject({
      code: 'Superseded',
    });
    const other = { engine: 'engine-b', generation: 1, run: 9 };
    await expect(node.session.installRunner(other)).rejects.toMatchObject({ code: 'DuplicateController' });
    await expect(node.session.run(runRequest({ fence: other }))).rejects.toMatchObject({ code: 'DuplicateController' });

    await node.session.run(runRequest());
    await node.session.installRunner(FENCE);
    expect([text('fence'), text('owner')]).toEqual(['engine-a 1 7\n', 'engine-a 1 7\n']);
  });

  it('of which nothing is left is refused until a person decides', async () => {
    for (const file of ['fence', 'owner']) writeFileSync(path(file), '');
    const refused = { code: 'ClaimDamaged', message: expect.stringContaining('POST /deployment-engine/hosts/adopt') };
    for (const run of [1, 7, 8]) {
      await expect(node.session.installRunner({ ...FENCE, run })).rejects.toMatchObject(refused);
      await expect(node.session.run(runRequest({ fence: { ...FENCE, run } }))).rejects.toMatchObject(refused);
    }
    for (const file of ['fence', 'owner']) rmSync(path(file));
    await node.session.installRunner(FENCE);
    await node.session.run(runRequest());
  });

  it('is the newer of the two copies', async () => {
    const [fence, owner] = [text('fence'), text('owner')];
    await node.session.installRunner({ ...FENCE, run: 10 });
    for (const [file, older] of [
      ['fence', fence],
      ['owner', owner],
    ] as const) {
      const newer = text(file);
      writeFileSync(path(file), older);
      expect((await node.session.read(sh`true`)).fence).toEqual({ generation: 1, run: 10 });
      writeFileSync(path(file), newer);
    }
  });

  it.each(['fence', 'owner'])('of an adoption that was cut off after the %s is whole again', async (file) => {
    const others = { engine: 'engine-b', generation: 2, run: 1 };
    const other = text(file === 'fence' ? 'owner' : 'fence');
    await node.session.installRunner({ ...others, adopt: 'engine-a' });
    writeFileSync(path(file === 'fence' ? 'owner' : 'fence'), other);

    await expect(node.session.run(runRequest())).rejects.toMatchObject({ code: 'DuplicateController' });
    await node.session.installRunner({ ...others, adopt: 'engine-a' });
    expect([text('fence'), text('owner')]).toEqual(['engine-b 2 1\n', 'engine-b 2 1\n']);
  });

  it('as earlier versions wrote it is understood, and refused without its fence', async () => {
    writeFileSync(path('owner'), 'engine-a\n');
    await expect(node.session.run(runRequest({ fence: { ...FENCE, run: 6 } }))).rejects.toMatchObject({
      code: 'Superseded',
    });
    writeFileSync(path('fence'), '');
    await expect(node.session.run(runRequest())).rejects.toMatchObject({ code: 'ClaimDamaged' });
    await node.session.installRunner({ ...FENCE, adopt: '?' });
    await node.session.run(runRequest());
    expect([text('fence'), text('owner')]).toEqual(['engine-a 1 7\n', 'engine-a 1 7\n']);
  });
});

describe('a ledger that', () => {
  const command = () => sh`echo run >>${path('trace')}`;

  it.each(DAMAGES)('%s repeats no number and proves nothing done', async (_case, damage) => {
    await node.session.run(runRequest({ step: 'first' }));
    await node.session.run(runRequest({ command: command() }));
    damage(path('ledger'));
    const { position } = await node.session.read(sh`true`);
    expect(position).toBeLessThan(4);
    await node.session.run(runRequest({ command: command(), position }));
    expect(text('trace')).toBe('run\nrun\n');
    const numbers = readLedger(node.directory).map(({ seq }) => seq);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers.slice(-3)).toEqual([4, 5, 6]);
  });

  it('ends with half a line goes on behind the line before', async () => {
    await node.session.run(runRequest({ step: 'first' }));
    appendFileSync(path('ledger'), '{"seq":3,"at":"20\0\0');
    await node.session.run(runRequest({ step: 'second' }));
    expect(readLedger(node.directory).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });
});

it.each(['about', 'exit', 'ended', 'command'])('goes on with a job whose file %s was emptied', async (file) => {
  const request = runRequest({ command: sh`echo run >>${path('trace')}` });
  await node.session.run(request);
  for (const each of globSync(path(`jobs/*/${file}`))) writeFileSync(each, '');
  expect(await node.session.run(request)).toMatchObject({ exitCode: 0 });
  await node.session.run(runRequest({ fence: { ...FENCE, run: 8 }, step: 'next' }));
  // Without its exit code nobody may believe that it ended well.
  expect(text('trace')).toMatch(file === 'exit' ? /^(run\n){2}$/ : /^(run\n){1,2}$/);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../domain/text/text.ts';
import { createMonitJudge, type MonitJudge } from '../../rendering/monit-judgement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MONIT = '/usr/bin/monit';
const hasMonit = spawnSync(MONIT, ['-V']).status === 0;

const entry = (job: string, text: string, template = text) => ({ job, entry: text, template });

const TAKEN: readonly [what: string, text: string][] = [
  [
    'as cf-release writes them',
    'check process nats\n  with pidfile /x\n  start program "/j/ctl start" with timeout 60 seconds\n  group vcap\n',
  ],
  ['upper case', 'CHECK PROCESS nats WITH PIDFILE /x START PROGRAM "/j/ctl start"'],
  ['quoted', `check process 'nats' with pidfile "/x" start program "/j/ctl start"`],
  ['on one line', 'check process nats pidfile /x start "/j/ctl start" stop "/j/ctl stop"'],
  ['with blanks in the name', 'check process "my nats" with pidfile /x'],
  ['of files', 'check file nfs_mounter with path /x\n  start program "/j/ctl start"'],
  ['of a pattern', 'check process nats matching "nats"'],
  ['with settings', 'set limits { programOutput: 1 kB }\ncheck process nats pidfile /x'],
  ['with rules', 'check process nats pidfile /x\n  if totalmem > 500 Mb for 2 cycles then alert\n  depends on other\n'],
  ['with comments', '# nothing "\ncheck process nats # here\n  with pidfile /x # "\n'],
  ['empty', '\n'],
];

const REFUSED: readonly [what: string, text: string, line: number | null][] = [
  ['of an unknown kind', 'check process a pidfile /a\ncheck procss nats with pidfile /x\n', 2],
  ['without pid file', 'check process nats\n  start program "/j/ctl start"\n', null],
  ['without check', 'nats with pidfile /x\n', 1],
  ['with two checks of a name', 'check process nats pidfile /x\ncheck process nats pidfile /y\n', null],
];

const judges = [
  { by: 'our own reading', file: undefined, name: "our own reading of monit's grammar" },
  { by: 'monit', file: MONIT, name: 'monit ' },
].filter(({ file }) => file === undefined || hasMonit);

describe.each(judges)('entries, judged by $by', ({ file, name }) => {
  let judge: MonitJudge;
  beforeAll(async () => {
    judge = await createMonitJudge(file);
  });

  it.each(TAKEN)('are taken %s', async (_what, text) => {
    const others = file === undefined ? [] : [entry('other', 'check process other pidfile /o\n')];
    const all = text.includes('depends on other')
      ? [entry('nats', `${text}\ncheck process other pidfile /o`)]
      : [entry('nats', text), ...others];
    expect(await judge.judge(all)).toEqual([]);
  });

  it.each(REFUSED)('are refused %s', async (_what, text, line) => {
    const faults = await judge.judge([entry('fine', 'check process fine pidfile /f\n'), entry('nats', text)]);
    expect(faults).toMatchObject([{ job: 'nats', template: 'monit' }]);
    expect(inEnglish(faults[0]?.message ?? '').startsWith(name)).toBe(true);
    if (line !== null) expect(faults[0]?.line).toBe(line);
  });

  it('are all refused that are wrong', async () => {
    const wrong = 'check nonsense x with path /x\n';
    expect(await judge.judge([entry('a', wrong), entry('b', wrong)])).toMatchObject([{ job: 'a' }, { job: 'b' }]);
  });

  it('are refused when two jobs of an instance have the same name', async () => {
    const twice = ['a', 'b'].map((job) => entry(job, 'check process nats pidfile /x\n'));
    expect(await judge.judge(twice)).toMatchObject([{ message: expect.stringContaining('nats') }]);
  });

  it('may depend on what another job of the instance checks', async () => {
    const dependent = entry('cc', 'check process cc pidfile /x\n  depends on mounter\n');
    expect(await judge.judge([dependent, entry('mounter', 'check file mounter with path /m\n')])).toEqual([]);
    const wrong = entry('wrong', 'check nonsense x with path /x\n');
    expect(await judge.judge([dependent, entry('mounter', 'check file mounter with path /m\n'), wrong])).toMatchObject([
      { job: 'wrong' },
    ]);
  });

  it('give no value of a property away', async () => {
    const [fault] = await judge.judge([entry('a', 'hunter22 is no check\n', '<%= p("x") %> is no check\n')]);
    expect(inEnglish(fault?.message ?? '')).toContain("'********'");
    expect(JSON.stringify(fault)).not.toContain('hunter22');
  });
});

it('judges by itself where the program does not run', async () => {
  const broken = path.join(temporaryFolder(), 'monit');
  writeFileSync(broken, '#!/bin/sh\nexit 127\n');
  chmodSync(broken, 0o755);
  for (const file of [broken, '/nowhere/monit'])
    expect((await createMonitJudge(file)).name).toBe("our own reading of monit's grammar");
});

it.skipIf(!hasMonit)('leaves nothing behind', async () => {
  const before = execFileSync('ls', ['/tmp'], { encoding: 'utf8' });
  const judge = await createMonitJudge(MONIT);
  await judge.judge([entry('nats', 'check process nats pidfile /x\n')]);
  expect(before.includes('monit-entries-')).toBe(false);
  expect(execFileSync('ls', ['/tmp'], { encoding: 'utf8' })).not.toContain('monit-entries-');
});

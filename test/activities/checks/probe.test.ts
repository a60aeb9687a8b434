import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinSteps } from '../../../activities/checks/join-steps.ts';
import { createSightings, knownIn } from '../../../activities/checks/known.ts';
import { joinChecks, lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { raw, sh } from '../../../domain/command.ts';
import { Secret } from '../../../domain/secret.ts';
import { keptBytes } from '../kept-bytes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';

const look = (...checks: ReturnType<typeof sh>[]) => splitChecks('node', run(joinChecks(checks)).stdout, checks);

const FIRST = sh`echo first`;
const LAST = sh`printf last`;

describe('joined checks', () => {
  it('answer in order, each with its own output and exit code', () => {
    expect(look(FIRST, sh`exit 3`, sh`false`, LAST)).toEqual([
      { exitCode: 0, stdout: 'first\n' },
      { exitCode: 3, stdout: '' },
      { exitCode: 1, stdout: '' },
      { exitCode: 0, stdout: 'last' },
    ]);
  });

  it.each([
    ['an exit', 'echo x; exit 9', { exitCode: 9, stdout: 'x\n' }],
    ['set -e', 'set -e; false; echo not reached', { exitCode: 1, stdout: '' }],
    ['an unclosed quote', `echo "x`, { exitCode: 2, stdout: '' }],
    ['an unclosed bracket', 'echo $(', { exitCode: 2, stdout: '' }],
    ['a closing bracket too many', 'echo x ) ; echo y', { exitCode: 2, stdout: '' }],
    ['an unfinished if', 'if true; then echo x', { exitCode: 2, stdout: '' }],
    ['a comment at its end', 'echo x # (', { exitCode: 0, stdout: 'x\n' }],
    ['a here-document', 'cat <<END\nx\nEND', { exitCode: 0, stdout: 'x\n' }],
    ['a trap', `trap 'echo left' EXIT; echo x`, { exitCode: 0, stdout: 'x\nleft\n' }],
    ['a program that reads standard input', 'cat; echo x', { exitCode: 0, stdout: 'x\n' }],
    ['what it says on standard error', 'echo x >&2', { exitCode: 0, stdout: '' }],
    ['a program that is not there', 'no-such-program', { exitCode: 127, stdout: '' }],
  ])('are not disturbed by %s', (_case, text, wanted) => {
    const found = look(FIRST, sh`${raw(text)}`, LAST);
    expect(found).toEqual([{ exitCode: 0, stdout: 'first\n' }, wanted, { exitCode: 0, stdout: 'last' }]);
  });

  it('keep variables and folders to themselves', () => {
    expect(look(sh`cd /tmp; x=1`, sh`echo "<$x>"; pwd`)?.[1]?.stdout).toBe(`<>\n${process.cwd()}\n`);
  });

  it('pass output on as it is, with and without a newline at its end', () => {
    const [bytes, numbers] = look(sh`printf '\001\033[1m\n\n\\n'`, sh`printf '0 0\n@@ 1 0'`) ?? [];
    expect([bytes?.stdout, numbers?.stdout]).toEqual(['\u0001\u001b[1m\n\n\\n', '0 0\n@@ 1 0']);
  });

  it('carry all secrets, none of them in the text', () => {
    const joined = joinChecks([
      sh`printf '%s' ${new Secret('one', 'canary 1')}`,
      sh`printf '%s' ${new Secret('two', `canary '2`)}`,
    ]);
    expect(joined.text).not.toContain('canary');
    expect(splitChecks('node', run(joined).stdout, [0, 1]).map(({ stdout }) => stdout)).toEqual([
      'canary 1',
      `canary '2`,
    ]);
  });
});

describe('an answer that was cut off', () => {
  const checks = [FIRST, LAST];
  const { stdout } = run(joinChecks(checks));

  it.each([
    ['in its last part', stdout.slice(0, -1), 'it has 1 of 2 parts'],
    ['before anything', '', 'it has 0 of 2 parts'],
    ['by a killed shell', run(joinChecks([sh`echo x; kill -9 $$; exec sleep 0`, LAST])).stdout, 'it has 0 of 2 parts'],
  ])('%s is refused', (_case, text, missing) => {
    expect(() => splitChecks('10.0.0.1', text, checks)).toThrow(
      expect.objectContaining({
        code: 'NodeProtocolError',
        message: `10.0.0.1: the node's answer was cut off: ${missing}`,
      }),
    );
  });
});

it('does what several checks of a look ask for beforehand once, also for parts of a joined step', () => {
  const folder = temporaryFolder();
  const once = sh`
    echo asked >>${folder}/asked
    answer=yes`;
  const step = { title: 'x', check: { run: sh`echo "$answer"`, once, parse: () => undefined }, changes: () => [] };
  const joined = joinSteps('all', [step, step]);
  const { stdout } = run(lookCommand([step.check, joined.check, { run: sh`echo own` }, step.check]));
  expect(stdout.match(/^yes$/gm)).toHaveLength(4);
  expect(readFileSync(`${folder}/asked`, 'utf8')).toBe('asked\n');
});

it('reads together what several checks of a look want, also for parts of a joined step', () => {
  const folder = temporaryFolder();
  const read = (names: readonly string[]) => sh`
    echo ${names} >>${folder}/asked
    answer=yes`;
  const step = (...names: string[]) => ({
    title: 'x',
    check: { run: sh`echo "$answer"`, together: [{ read, names }], parse: () => undefined },
    changes: () => [],
  });
  const joined = joinSteps('all', [step('a', 'b'), step('c')]);
  const { stdout } = run(lookCommand([step('a').check, joined.check, { run: sh`echo own` }]));
  expect(stdout.match(/^yes$/gm)).toHaveLength(3);
  expect(readFileSync(`${folder}/asked`, 'utf8')).toBe('a b c\n');
});

describe('what a look keeps for the next one', () => {
  const read = () => sh`
    asked=$known_answer
    known_answer='it'"'"'s $(true)
    two lines'`;
  const check = { run: sh`printf '<%s>' "$asked"`, together: [{ read, names: [], keeps: 'known_answer' }] };
  const joined = joinSteps('all', [{ title: 'x', check: { ...check, parse: () => undefined }, changes: () => [] }]);
  const KEPT = { known_answer: "it's $(true)\ntwo lines" };

  it.each([
    ['a check', check],
    ['part of a joined step', joined.check],
  ])('is what it begins with, for %s', (_case, asked) => {
    const first = run(lookCommand([asked, { run: LAST }])).stdout;
    expect(first).toContain('<>');
    expect(knownIn(first)).toEqual(KEPT);
    const next = run(lookCommand([asked, { run: LAST }], KEPT)).stdout;
    expect(next).toContain(`<${KEPT.known_answer}>`);
    expect(knownIn(next)).toEqual(KEPT);
    expect(splitChecks('node', next, [asked, LAST])[1].stdout).toBe('last');
  });

  it('is all that stays of what a node has said', async () => {
    const said = (node: number) =>
      `${'x'.repeat(100_000)} of ${node}\n@@deployment-engine-known known_answer\n${KEPT.known_answer}\n`;
    const sightings = createSightings();
    const bytes = await keptBytes(async () => {
      for (let node = 0; node < 100; node++) sightings.keep(String(node), knownIn(Buffer.from(said(node)).toString()));
      return sightings;
    });
    expect(sightings.of('99')).toEqual(KEPT);
    expect(bytes).toBeLessThan(2_000_000);
  });

  it('is no part of the text, which may be shown', () => {
    expect(lookCommand([check], KEPT).text).toBe(lookCommand([check]).text);
  });

  it('names no variables but its own', () => {
    const mark = '\n@@deployment-engine-known ';
    expect(knownIn(`x${mark}PATH\n/tmp\n${mark}known_x; y\n\n${mark}known_x\n1\n`)).toEqual({ known_x: '1' });
    expect(knownIn('nothing\n')).toEqual({});
  });
});

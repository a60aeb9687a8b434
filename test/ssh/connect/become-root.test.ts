import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { becomeRoot } from '../../../ssh/connect/become-root.ts';

const MARK = '0123456789abcdef';
const ACCOUNT = { name: 'deploy', password: new Secret('password', 'pass word') };

let programs: string;

beforeEach(() => (programs = mkdtempSync(join(tmpdir(), 'sudo-'))));
afterEach(() => rmSync(programs, { recursive: true }));

/** What follows the mark, with a sudo that begins with this line. */
function enter(sudo: string, program: string, truncate = (stdin: string) => stdin) {
  writeFileSync(
    join(programs, 'sudo'),
    `#!/bin/sh\n${sudo}\nwhile [ "$1" != /usr/bin/env ]; do shift; done\nexec "$@"\n`,
  );
  chmodSync(join(programs, 'sudo'), 0o755);
  const command = becomeRoot(ACCOUNT, 'nats/0 start', MARK, program);
  const { commandLine } = command;
  const { status, stdout } = spawnSync('sh', ['-c', commandLine], {
    input: truncate(command.password + command.program),
    env: { PATH: `${programs}:${process.env['PATH']}` },
  });
  return { status, output: stdout.toString() };
}

it.each([
  ['asks for the password', 'IFS= read -r password; [ "$password" = "pass word" ] || exit 1'],
  ['asks nothing', ':'],
  ['prints a lecture', 'echo "We trust you"; IFS= read -r password'],
])('gives the program alone to a shell behind a sudo that %s', (_, sudo) => {
  const { status, output } = enter(sudo, 'echo "got: $(cat) $program"; exit 7');
  expect(output.slice(output.indexOf('got:'))).toBe(`got:  echo "got: $(cat) $program"; exit 7\n: ${MARK}\n`);
  expect(output).not.toContain('pass word');
  expect(status).toBe(7);
});

it('takes no variable of the node along, and no folder of its programs', () => {
  const sudo = 'IFS= read -r password; export PATH=/nonexistent POSIXLY_CORRECT=1 http_proxy=http://127.0.0.1:9';
  const { output } = enter(sudo, 'echo "in: ${POSIXLY_CORRECT:-}${http_proxy:-}"; exit');
  expect(output).toContain('in: \n');
});

it('runs nothing of a program that was cut off', () => {
  const { status, output } = enter(':', 'echo ran', (stdin) => stdin.slice(0, -1));
  expect({ status, output }).toEqual({ status: 75, output: '' });
});

it.each(['once', 'with input', 'for more'] as const)('has no line end that csh would stumble over: %s', (stay) => {
  expect(becomeRoot(ACCOUNT, 'nats/0 start', MARK, 'true', stay).commandLine).not.toContain('\n');
});

it('keeps password and program out of the command line', () => {
  const { commandLine } = becomeRoot(ACCOUNT, "it's", MARK, 'echo secret');
  expect(commandLine).toMatch(/^\/bin\/sh -c '[^']+' sh \w+ sudo -k -S -p '\w+\?' \/usr\/bin\/env -i \/bin\/sh -c /);
  expect(commandLine).not.toMatch(/pass word|secret/);
  const root = becomeRoot({ ...ACCOUNT, name: 'root' }, 'x', MARK, 'true');
  expect([root.password, root.program]).toEqual(['', `${MARK}\ntrue\n: ${MARK}`]);
});

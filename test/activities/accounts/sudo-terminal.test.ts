import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { lookAtSudo, sudoFacts } from '../../../activities/accounts/sudo-terminal.ts';
import { readAnswers } from '../../../activities/checks/answers.ts';

const LIST = 'printf "%s\\n" "$WORDS"';
const WITH_TERMINAL = `sudo() { echo 'sudo: sorry, you must have a tty to run sudo' >&2; return 1; }; script() { ${LIST}; }`;

/** What is found in the words of a sudo. */
const factsIn = (lines: readonly string[], sudo = `sudo() { ${LIST}; }`) => {
  const standIns = `timeout() { shift; "$@"; }; ${sudo}`;
  const stdout = execFileSync('sh', ['-c', `${standIns}\n${lookAtSudo('vcap').text}`], {
    encoding: 'utf8',
    env: { ...process.env, WORDS: lines.join('\n') },
  });
  return sudoFacts(readAnswers(stdout));
};

it.each([
  [['    env_reset, requiretty, log_input'], { settings: ['requiretty'], logs: ['log_input'] }],
  [['    requiretty, env_reset, !requiretty'], { settings: [] }],
  [['    !requiretty, env_reset', '    requiretty\r'], { settings: ['requiretty'] }],
  [['    secure_path=/usr/sbin\\:/requirettys, rootpw_not'], { settings: [] }],
  [['    targetpw, rootpw'], { settings: ['rootpw', 'targetpw'] }],
  [['User vcap is not allowed to run sudo on here.'], { allowsNothing: true }],
])('reads %j', (lines, facts) => {
  const all = { settings: [], logs: [], allowsNothing: false, ...facts };
  expect(factsIn(lines)).toEqual(all);
  expect(factsIn(lines, WITH_TERMINAL)).toEqual(all);
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { lookAtSudo, sudoFacts } from '../../../activities/accounts/sudo-terminal.ts';
import { readAnswers } from '../../../activities/checks/answers.ts';

/** What is found in the words of a sudo. */
const factsIn = (...lines: readonly string[]) => {
  const standIns = 'timeout() { shift; "$@"; }; script() { printf "%s\\n" "$WORDS"; }';
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
  expect(factsIn(...lines)).toEqual({ settings: [], logs: [], allowsNothing: false, ...facts });
});

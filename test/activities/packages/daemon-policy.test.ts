import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAnswers } from '../../../activities/checks/answers.ts';
import {
  areDaemonsHeld,
  holdDaemons,
  letDaemonsStart,
  lookForHeldDaemons,
} from '../../../activities/packages/daemon-policy.ts';
import { type Command, sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { textsOf } from '../samples.ts';
import { runChange } from '../shell.ts';

/** A machine whose policy is a file of ours to look at. */
function machine() {
  const policy = join(temporaryFolder(), 'policy-rc.d');
  const here = ({ text, secrets }: Command): Command => ({
    text: text.replaceAll('/usr/sbin/policy-rc.d', policy),
    secrets,
  });
  const installing = here(sh`
    ${holdDaemons}
    /usr/sbin/policy-rc.d && exit 9 || echo "daemons: $?"`);
  return {
    policy,
    install: () => runChange(installing),
    isHeld: () => areDaemonsHeld(readAnswers(runChange(here(lookForHeldDaemons)).stdout)),
    clean: () => textsOf(letDaemonsStart(true)).map((text) => runChange(here({ text, secrets: {} })).exitCode),
    /** An installation that is ended by a signal while it works. */
    async cutOff(signal: NodeJS.Signals): Promise<void> {
      const { text } = here(holdDaemons);
      const child = spawn('dash', ['-ec', `${text}\nread -r _ || true`], { stdio: ['pipe', 'ignore', 'ignore'] });
      await until(() => existsSync(policy), 'it holds the daemons');
      child.kill(signal);
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

it('keeps daemons from starting until the command ends', () => {
  const { install, policy, isHeld } = machine();
  expect(install()).toEqual({ exitCode: 0, stdout: 'daemons: 101\n' });
  expect([existsSync(policy), isHeld()]).toEqual([false, false]);
});

it.each(['SIGTERM', 'SIGINT'] as const)('puts back what it put aside at %s', async (signal) => {
  const { cutOff, policy } = machine();
  await cutOff(signal);
  expect(existsSync(policy)).toBe(false);
});

it('is found and taken away when a command was killed', async () => {
  const { cutOff, isHeld, clean, policy } = machine();
  await cutOff('SIGKILL');
  expect([existsSync(policy), isHeld()]).toEqual([true, true]);
  expect(clean()).toEqual([0]);
  expect([existsSync(policy), isHeld()]).toEqual([false, false]);
});

it('is taken over, and then away, by the next installation', async () => {
  const { cutOff, install, policy } = machine();
  await cutOff('SIGKILL');
  expect(install().stdout).toBe('daemons: 101\n');
  expect(existsSync(policy)).toBe(false);
});

it('leaves a policy of the operator’s alone', () => {
  const { install, isHeld, clean, policy } = machine();
  const theirs = '#!/bin/sh\nexit 101\n';
  writeFileSync(policy, theirs, { mode: 0o755 });
  expect(install().exitCode).toBe(0);
  expect(isHeld()).toBe(false);
  clean();
  expect(readFileSync(policy, 'utf8')).toBe(theirs);
  expect(statSync(policy).mode & 0o777).toBe(0o755);
});

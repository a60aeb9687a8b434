import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookAtRules, runsCommands, seeRules } from '../../../activities/accounts/local-rules.ts';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const ASKED = { requiretty: 'Defaults: requiretty', nothing: 'Defaults: env_reset', silence: '' } as const;

/** What sudo is found to ask for at each look, though it would answer as it is told: unasked, it is as before. */
function looksAt(root: string) {
  const check = { run: lookAtRules('vcap'), together: [seeRules('vcap')] };
  let known: Known = {};
  return (answer: keyof typeof ASKED): boolean => {
    const path = programs({ sudo: `echo '${ASKED[answer]}'`, script: 'exit 1' });
    const { stdout } = run(lookCommand([check], known), { root, path });
    known = knownIn(stdout);
    return splitChecks('node', stdout, [check])[0].stdout.includes('sudo=requiretty');
  };
}

const sudoers = (root: string, lines: string): void => {
  mkdirSync(join(root, 'etc/sudoers.d'), { recursive: true });
  writeFileSync(join(root, 'etc/sudoers'), lines);
};

it('asks sudo again when a file of its rules has changed', () => {
  const root = temporaryFolder();
  sudoers(root, 'Defaults requiretty\n@includedir /etc/sudoers.d\n'.replaceAll('/etc', `${root}/etc`));
  const look = looksAt(root);
  expect([look('requiretty'), look('nothing')]).toEqual([true, true]);
  writeFileSync(join(root, 'etc/sudoers.d/ops'), 'Defaults !requiretty\n');
  expect([look('nothing'), look('requiretty')]).toEqual([false, false]);
});

it('asks sudo again when it has said nothing', () => {
  const root = temporaryFolder();
  sudoers(root, '');
  const look = looksAt(root);
  expect([look('silence'), look('requiretty'), look('silence')]).toEqual([false, true, true]);
});

it.each([
  ['another file', 'sudoers', '#include /opt/rules\n'],
  ['another folder', 'sudoers', '@includedir /opt/rules.d\n'],
  ['a directory service', 'nsswitch.conf', 'sudoers: files sss\n'],
])('asks sudo each time where rules come from %s too', (_name, file, line) => {
  const root = temporaryFolder();
  sudoers(root, '');
  writeFileSync(join(root, 'etc', file), line);
  const look = looksAt(root);
  expect([look('requiretty'), look('nothing')]).toEqual([true, false]);
});

it.each([
  ['/bin/sh', true],
  ['/bin/true', false],
  ['/bin/false', false],
])('tells whether %s runs commands', (program, isShell) => {
  const shell = join(temporaryFolder(), 'shell');
  symlinkSync(program, shell);
  const { stdout } = run(sh`shell=${shell}; if ${runsCommands}; then echo yes; else echo no; fi`);
  expect(stdout).toBe(isShell ? 'yes\n' : 'no\n');
});

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { ensureToolchain, installRuntimePackages } from '../../activities/install-runtime-packages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from './samples.ts';
import { run } from './shell.ts';

const { profile } = nodeContext();
const small = { ...profile, runtimePackages: ['monit', 'sudo', 'unzip'] };
const step = installRuntimePackages({ profile: small, instances: [NATS] });

/** Programs that answer in dpkg's and apt's place; apt writes down what it was asked. */
function programs(states: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const put = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const cases = Object.entries(states).map(([name, state]) => `${name}) printf '${state}' ;;`);
  // dpkg-query -W -f FORMAT PACKAGE
  put('dpkg-query', `[ "$3" = '\${db:Status-Status}' ] || exit 9\ncase $4 in ${cases.join(' ')} *) exit 1 ;; esac`);
  put('apt-get', 'echo "apt-get $*"');
  return folder;
}

const found = (states: Readonly<Record<string, string>>) =>
  step.check.parse(run(step.check.run, { path: programs(states) }));

it.each([
  ['all installed', { monit: 'installed', sudo: 'installed', unzip: 'installed' }, []],
  ['one removed, its configuration left', { monit: 'installed', sudo: 'config-files', unzip: 'installed' }, ['sudo']],
  ['one half-installed', { monit: 'half-configured', sudo: 'installed', unzip: 'installed' }, ['monit']],
  ['one never heard of', { monit: 'installed', sudo: 'installed' }, ['unzip']],
])('finds what is missing: %s', (_case, states, missing) => {
  expect(found(states)).toEqual({ missing });
});

it.each([
  ['', []],
  ['sudo\nunzip\n', ['not installed: sudo unzip']],
])('installs only what is missing: %j', (stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it('asks apt for exactly the missing ones, detached', () => {
  const [wanted] = step.changes({ missing: ['sudo', 'unzip'] });
  expect(wanted?.act).toMatchObject({ kind: 'command', long: true });
  expect(textsOf(wanted === undefined ? [] : [wanted]).join()).toMatch(/ install sudo unzip$/);
});

it('leaves a machine alone that has the compiler already', () => {
  const { unless = sh`false` } = ensureToolchain({ ...profile, toolchainPackages: ['bison', 'make'] });
  const isDone = (states: Record<string, string>): boolean => run(unless, { path: programs(states) }).exitCode === 0;
  expect(isDone({ bison: 'installed', make: 'installed' })).toBe(true);
  expect(isDone({ bison: 'installed', make: 'config-files' })).toBe(false);
});

it('installs what the special steps of its instances need, and no more', () => {
  const on = (special: typeof NATS.special) =>
    installRuntimePackages({ profile: small, instances: [{ ...NATS, special }] }).check.run.text;
  expect(on(['syslogReceiver', 'englishLocale'])).toContain('in monit sudo unzip cron rsyslog locales;');
  expect(on(['systemNames'])).toContain('in monit sudo unzip;');
});

import { expect, it } from 'vitest';
import { ensureToolchain, installRuntimePackages } from '../../../activities/steps/install-runtime-packages.ts';
import { sh } from '../../../domain/command.ts';
import { debian12 } from '../../../domain/profiles/debian-12.ts';
import { ubuntu1004 } from '../../../domain/profiles/ubuntu-10.04.ts';
import { ubuntu1204 } from '../../../domain/profiles/ubuntu-12.04.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from '../samples.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const { profile } = nodeContext();
const small = { ...profile, runtimePackages: ['monit', 'sudo', 'unzip'] };
const step = installRuntimePackages({ profile: small, instances: [NATS] });

/** Programs that answer in dpkg's and apt's place; apt writes down what it was asked. */
function packageTools(states: Readonly<Record<string, string>>): string {
  const cases = Object.entries(states).map(([name, state]) => `${name}) echo "$name install ok ${state}" ;;`);
  return programs({
    // dpkg-query -W -f FORMAT PACKAGE...
    'dpkg-query': `[ "$3" = '\${Package} \${Status}\\n' ] || exit 9
shift 3
for name; do case $name in ${cases.join(' ')} *) unknown=1 ;; esac; done
exit \${unknown:-0}`,
    'apt-get': 'echo "apt-get $*"',
  });
}

const found = (states: Readonly<Record<string, string>>) =>
  step.check.parse(run(step.check.run, { path: packageTools(states) }));

it.each([
  ['all installed', { monit: 'installed', sudo: 'installed', unzip: 'installed' }, []],
  ['one removed, its configuration left', { monit: 'installed', sudo: 'config-files', unzip: 'installed' }, ['sudo']],
  ['one half-installed', { monit: 'half-configured', sudo: 'installed', unzip: 'installed' }, ['monit']],
  ['one never heard of', { monit: 'installed', sudo: 'installed' }, ['unzip']],
])('finds what is missing: %s', (_case, states, missing) => {
  expect(found(states)).toEqual({ missing, areDaemonsHeld: false });
});

it.each([
  ['monit\nsudo\nunzip\n', []],
  ['monit\n', ['not installed: sudo unzip']],
])('installs only what is missing: %j', (stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it('asks apt for exactly the missing ones, detached', () => {
  const [wanted] = step.changes({ missing: ['sudo', 'unzip'], areDaemonsHeld: false });
  expect(wanted?.act).toMatchObject({ kind: 'command', long: true });
  expect(textsOf(wanted === undefined ? [] : [wanted]).join()).toMatch(/ install sudo unzip; }$/m);
});

it('leaves a machine alone that has the compiler already', () => {
  const { unless = sh`false` } = ensureToolchain({ ...profile, toolchainPackages: ['bison', 'make'] });
  const isDone = (states: Record<string, string>): boolean =>
    run(unless, { path: packageTools(states) }).exitCode === 0;
  expect(isDone({ bison: 'installed', make: 'installed' })).toBe(true);
  expect(isDone({ bison: 'installed', make: 'config-files' })).toBe(false);
});

it('installs what the special steps of its instances need, and no more', () => {
  const on = (special: typeof NATS.special) =>
    installRuntimePackages({ profile: small, instances: [{ ...NATS, special }] }).check.run.text;
  expect(on(['syslogReceiver', 'englishLocale'])).toContain(' monit sudo unzip cron rsyslog locales 2>');
  expect(on(['systemNames'])).toContain(' monit sudo unzip 2>');
});

it.each([
  [debian12, true],
  [ubuntu1204, true],
  [ubuntu1004, false],
])('asks dpkg for nothing it does not know: $name', (each, isForced) => {
  const [wanted] = installRuntimePackages({ profile: each, instances: [] }).changes({
    missing: ['sudo'],
    areDaemonsHeld: false,
  });
  const text = textsOf(wanted === undefined ? [] : [wanted]).join();
  expect(text.includes('--force-unsafe-io')).toBe(isForced);
  expect(text).toContain('--force-confold');
});

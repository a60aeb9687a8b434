import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { ensureToolchain, installRuntimePackages } from '../../../activities/steps/install-runtime-packages.ts';
import { sh } from '../../../domain/command.ts';
import { debian12 } from '../../../domain/profiles/debian-12.ts';
import { ubuntu1004 } from '../../../domain/profiles/ubuntu-10.04.ts';
import { ubuntu1204 } from '../../../domain/profiles/ubuntu-12.04.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from '../samples.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const { profile } = nodeContext();
const small = { ...profile, runtimePackages: ['monit', 'sudo', 'unzip'] };
const step = installRuntimePackages({ profile: small, instances: [NATS] });

/** Programs that answer in dpkg's and apt's place; apt writes down what it was asked. */
function packageTools(states: Readonly<Record<string, string>>, asked = '/dev/null'): string {
  const cases = Object.entries(states).map(([name, state]) => `${name}) echo "$name install ok ${state}" ;;`);
  return programs({
    // dpkg-query -W -f FORMAT PACKAGE...
    'dpkg-query': `echo asked >>${asked}
[ "$3" = '\${Package} \${Status}\\n' ] || exit 9
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

describe('what dpkg has said before', () => {
  const root = temporaryFolder();
  const dpkg = join(root, 'var/lib/dpkg');
  const asked = join(root, 'asked');
  const status = (text: string): void => {
    mkdirSync(join(dpkg, 'updates'), { recursive: true });
    writeFileSync(join(dpkg, 'status'), text);
  };
  let known: Known = {};

  /** What the next look misses, and whether it has asked dpkg. */
  function look(installed: readonly string[], of = step) {
    const path = packageTools(Object.fromEntries(installed.map((name) => [name, 'installed'])), asked);
    rmSync(asked, { force: true });
    const { stdout } = run(lookCommand([of.check], known), { root, path });
    known = knownIn(stdout);
    return [of.check.parse(splitChecks('node', stdout, [of.check])[0]).missing, existsSync(asked)];
  }

  it('holds while its status stays the same', () => {
    status('one');
    expect(look(['monit'])).toEqual([['sudo', 'unzip'], true]);
    expect(look(['monit', 'sudo'])).toEqual([['sudo', 'unzip'], false]);
    status('two');
    expect(look(['monit', 'sudo'])).toEqual([['unzip'], true]);
    expect(look([])).toEqual([['unzip'], false]);
  });

  it('does not hold for other packages, nor while an update waits, nor without a status', () => {
    const other = installRuntimePackages({ profile: { ...small, runtimePackages: ['monit'] }, instances: [NATS] });
    expect(look(['monit'], other)).toEqual([[], true]);
    writeFileSync(join(dpkg, 'updates/0000'), '');
    expect([look(['monit'], other), look([], other)]).toEqual([
      [[], true],
      [['monit'], true],
    ]);
    rmSync(dpkg, { recursive: true });
    expect([look(['monit'], other), look([], other)]).toEqual([
      [[], true],
      [['monit'], true],
    ]);
  });
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

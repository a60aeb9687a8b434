import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { niseBosh, TOOL, release, temporaryFolder, write } from './fixture-release.ts';

const DOCUMENT = new URL('../../../docs/nise-bosh.md', import.meta.url);

const PACKAGE = { name: 'alpha', fingerprint: 'a1', packaging: 'touch $BOSH_INSTALL_TARGET/made' };
const JOB = {
  name: 'server',
  declaration: 'packages: [alpha]\ntemplates: {conf.erb: config/conf}\n',
  templates: { 'conf.erb': 'index <%= index %> address <%= spec.networks.default.ip %>\n' },
};
const MANIFEST = 'name: m\njobs:\n- name: group\n  template: server\n  networks: [{name: default}]\n';

function world() {
  const root = temporaryFolder();
  return {
    root,
    manifest: write(join(temporaryFolder(), 'manifest.yml'), MANIFEST),
    folder: release({ packages: [PACKAGE], jobs: [JOB] }),
    places: ['-d', root, '--working-dir', join(temporaryFolder(), 'work')],
  };
}

/** The outcome of a run that gets the signal, with all it has started, once it says "started". */
async function stopped(words: string[], signal: NodeJS.Signals) {
  const child = spawn('ruby', ['-W0', TOOL, ...words], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stderr = text(child.stderr);
  for await (const chunk of child.stdout)
    if (String(chunk).includes('started')) process.kill(-(child.pid ?? 0), signal);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return { code: Number(code), stderr: await stderr };
}

describe('what the user sees', () => {
  it.each([
    [[]],
    [['release', 'manifest']],
    [['release', 'manifest', 'job', 'more']],
    [['-p', 'release']],
    [['-a', 'release']],
    [['-a', 'release', 'manifest', 'job', 'out', 'more']],
    [['-w']],
    [['-w', 'release', 'more']],
  ])('refuses a wrong number of arguments with the usage: %j', (words) => {
    const { code, stdout, stderr } = niseBosh(words);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Arguments number error!\n' });
    expect(stdout).toMatch(/^Usage: nise-bosh/);
  });

  it.each([
    ['a missing manifest', ['FOLDER', '/nowhere.yml', 'group'], 'Deploy config file not found!'],
    ['a missing release', ['/nowhere', 'MANIFEST', 'group'], 'Release repository does not exist.'],
    ['a missing release file', ['-r', '/nowhere', 'FOLDER', 'MANIFEST', 'group'], 'Faild to load release file!'],
    ['a folder without index', ['/usr/share', 'MANIFEST', 'group'], 'No release index found'],
    ['an unknown job', ['FOLDER', 'MANIFEST', 'nobody'], 'Given job does not exist!'],
    ['an unknown package', ['-p', 'FOLDER', 'nothing'], 'Given package nothing does not exist!'],
    ['an unknown option', ['--bogus', 'FOLDER', 'MANIFEST', 'group'], 'invalid option: --bogus'],
  ])('says what is wrong: %s', (_case, words, message) => {
    const { folder, manifest, places, root } = world();
    const given = words.map((word) => word.replace('FOLDER', folder).replace('MANIFEST', manifest));
    const { code, stderr } = niseBosh([...places, '-y', ...given]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    expect(readdirSync(root)).toEqual([]);
  });

  it.each<[string, string[], string[]]>([
    [
      'a job',
      ['FOLDER', 'MANIFEST', 'group'],
      ['The following templates and packages for job group will be installed.', '    # server', '        * alpha'],
    ],
    ['templates', ['-t', 'FOLDER', 'MANIFEST', 'group'], ['Template files for the job group will be installed.']],
    ['packages', ['-p', 'FOLDER', 'alpha'], ['The following packages will be installed:', '    * alpha']],
  ])('lists what is to be installed before it asks: %s', (_what, words, lines) => {
    const { folder, manifest, places } = world();
    const given = words.map((word) => word.replace('FOLDER', folder).replace('MANIFEST', manifest));
    const { stdout } = niseBosh([...places, ...given], { input: 'n\n' });
    expect(stdout).toBe([...lines, 'Do you want to continue? [Y/n]Abort.\n'].join('\n'));
  });

  it('takes options after the arguments', () => {
    const { folder, manifest, places, root } = world();
    expect(niseBosh(['-y', folder, manifest, 'group', ...places, '-n', '10.0.0.5', '-i', '2']).code).toBe(0);
    expect(readFileSync(join(root, 'jobs/server/config/conf'), 'utf8')).toBe('index 2 address 10.0.0.5\n');
  });

  it.each(['-1', 'one', '1.5', ''])('refuses the index %j', (index) => {
    const { folder, manifest, places } = world();
    const { code, stderr } = niseBosh([...places, '-y', `--index=${index}`, folder, manifest, 'group']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('--index') });
  });

  it('takes a job of the release where the manifest has no jobs', () => {
    const { folder, places, root } = world();
    const properties = write(join(temporaryFolder(), 'properties.yml'), 'properties: {}\n');
    expect(niseBosh([...places, '-y', '-n', '10.0.0.5', folder, properties, 'server']).code).toBe(0);
    expect(existsSync(join(root, 'jobs/server/config/conf'))).toBe(true);
  });

  it('makes the folders that a BOSH agent would have made', () => {
    const { folder, manifest, places, root } = world();
    niseBosh([...places, '-y', '-n', '10.0.0.5', folder, manifest, 'group']);
    const folders = ['bosh', 'data/packages', 'data/tmp', 'monit', 'shared', 'store', 'sys/log', 'sys/run'];
    expect(folders.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('has exit code 1 and no backtrace when %s stops it', async (signal) => {
    const { places, root } = world();
    const slow = { ...PACKAGE, packaging: `echo started; read -r line < ${root}/never` };
    execFileSync('mkfifo', [join(root, 'never')]);
    const { code, stderr } = await stopped([...places, '-y', '-p', release({ packages: [slow] }), 'alpha'], signal);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `Stopped by ${signal}\n` });
  });

  it('ends with Done! and exit code 0', () => {
    const { folder, manifest, places } = world();
    const { code, stdout } = niseBosh([...places, '-y', '-n', '10.0.0.5', folder, manifest, 'group']);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Done!');
  });

  it.each(['\n', 'y\n', 'Y\n', 'y'])('goes on after the answer %j', (input) => {
    const { folder, manifest, places, root } = world();
    const { code, stdout } = niseBosh([...places, folder, manifest, 'group'], { input });
    expect(code).toBe(0);
    expect(stdout).toContain('Do you want to continue? [Y/n]');
    expect(existsSync(join(root, 'jobs/server/config/conf'))).toBe(true);
  });

  it.each([
    ['n\n', 0, 'Abort.'],
    ['', 1, 'No answer'],
  ])('writes nothing after the answer %j', (input, exitCode, message) => {
    const { folder, manifest, places, root } = world();
    const { code, stdout, stderr } = niseBosh([...places, folder, manifest, 'group'], { input });
    expect(code).toBe(exitCode);
    expect(stdout + stderr).toContain(message);
    expect(readdirSync(root)).toEqual([]);
  });

  it('knows the options that are documented, and no others', () => {
    const usage = niseBosh([]).stdout;
    const options = (from: string) =>
      new Set([...from.matchAll(/(?<![\w-])--?[a-z][a-z-]*/g)].map(([option]) => option));
    const documented = options(readFileSync(DOCUMENT, 'utf8'));
    expect([...options(usage)].filter((option) => !documented.has(option))).toEqual([]);
    // The first is ruby's own, the second of sha256sum.
    const others = new Set(['--help', '--quiet']);
    const unknown = [...documented].filter((option) => option.startsWith('--') && !options(usage).has(option));
    expect(unknown.filter((option) => !others.has(option))).toEqual([]);
  });

  it('speaks only JSON lines on standard output with --events', () => {
    const { places } = world();
    const loud = { ...PACKAGE, packaging: 'echo said by the script; touch $BOSH_INSTALL_TARGET/made' };
    const { stdout, stderr } = niseBosh([...places, '-y', '--events', '-p', release({ packages: [loud] }), 'alpha']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.slice(2)).toEqual([
      { event: 'package', name: 'alpha', fingerprint: 'a1', state: 'started' },
      { event: 'package', name: 'alpha', fingerprint: 'a1', state: 'done' },
      { event: 'done', message: 'Done!' },
    ]);
    expect(stderr).toContain('said by the script');
  });

  it('never shows a backtrace or the manifest when the manifest has the wrong shape', () => {
    const { folder, places } = world();
    const odd = write(join(temporaryFolder(), 'odd.yml'), 'name: m\nproperties: {key: hunter22}\njobs: {a: 1}\n');
    const { code, stdout, stderr } = niseBosh([...places, '-y', folder, odd, 'group']);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain('hunter22');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

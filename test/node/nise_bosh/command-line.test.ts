import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { niseBosh, release, temporaryFolder, write } from './fixture-release.ts';

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

describe('what the user sees', { timeout: 30_000 }, () => {
  it('refuses a wrong number of arguments with the usage', () => {
    const { code, stdout, stderr } = niseBosh(['only-one']);
    expect(code).toBe(1);
    expect(stderr).toContain('Arguments number error!');
    expect(stdout).toContain('Usage: nise-bosh');
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

  it('speaks only JSON lines on standard output with --events', () => {
    const { places } = world();
    const loud = { ...PACKAGE, packaging: 'echo said by the script; touch $BOSH_INSTALL_TARGET/made' };
    const { stdout, stderr } = niseBosh([...places, '-y', '--events', '-p', release({ packages: [loud] }), 'alpha']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.slice(1)).toEqual([
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

  it('cuts out of a release what one job needs, and installs from that', () => {
    const { folder, manifest, places, root } = world();
    const out = temporaryFolder();
    expect(niseBosh(['-a', folder, 'server', out]).code).toBe(0);
    const bundle = join(out, 'sample-server-7.tar.gz');
    const { code } = niseBosh([...places, '-y', bundle, manifest, 'group']);
    expect(code).toBe(0);
    expect(existsSync(join(root, 'packages/alpha/made'))).toBe(true);
  });
});

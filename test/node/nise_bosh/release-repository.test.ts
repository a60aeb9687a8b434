import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { niseBosh, temporaryFolder, write } from './fixture-release.ts';
import { buildPath, repository } from './fixture-repository.ts';

const TOOL = {
  name: 'tool',
  fingerprint: 'cc',
  packaging: 'cp text $BOSH_INSTALL_TARGET',
  sources: { text: 'sources' },
};
const APP = { ...TOOL, name: 'app', fingerprint: 'aa', dependencies: ['tool'] };
const JOB = { name: 'server', declaration: 'packages: [app]\ntemplates: {a: a}\n', templates: { a: '<%= p("x") %>' } };

const chosen = (folder: string) => niseBosh(['-wm', folder]).stdout.trimEnd();
const places = () => ['-y', '-d', temporaryFolder(), '--working-dir', join(temporaryFolder(), 'work')];

describe('the release of a repository', () => {
  it.each<[string, string[], string[], string]>([
    ['the highest number, not the last in the order of texts', ['9', '10', '2'], [], '10'],
    ['the highest of finals and devs', ['1', '2'], ['2.1-dev', '1.7-dev'], '2.1-dev'],
    ['a final release before a dev build of an older one', ['3'], ['2.14-dev'], '3'],
    ['the final release of a number before its dev build', ['2'], ['2-dev'], '2'],
    ['the dev build that follows a final release', ['2'], ['2+dev.9', '2+dev.10'], '2+dev.10'],
    ['a dev build where nothing else is', [], ['0.1-dev'], '0.1-dev'],
  ])('is %s', (_rule, finals, devs, expected) => {
    expect(chosen(repository({ finals, devs }))).toBe(expected);
  });

  it('is found where each name has a folder of its own', () => {
    const folder = repository({ finals: ['193', '194'], devs: ['194.2-dev'], layout: 'named' });
    expect(niseBosh(['-w', folder]).stdout).toBe(`${folder}/dev_releases/assets/assets-194.2-dev.yml\n`);
  });

  it('is what -r says', () => {
    const folder = repository({ finals: ['1', '2'] });
    expect(niseBosh(['-w', '-m', '-r', join(folder, 'releases/assets-1.yml'), folder]).stdout).toBe('1\n');
  });

  it('is understood with base64 scalars and without a configured name', () => {
    const folder = repository({ finals: ['7'] });
    rmSync(join(folder, 'config'), { recursive: true });
    write(join(folder, 'releases/index.yml'), 'builds:\n  !binary "YWJj":\n    version: !binary "Nw=="\n');
    expect(chosen(folder)).toBe('7');
  });

  it('is needed', () => {
    const { code, stderr } = niseBosh(['-w', repository({})]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No release index found!\nTry `bosh create release` in your release repository.*\n$/);
  });

  it('must have its file', () => {
    const folder = repository({ finals: ['1'] });
    rmSync(join(folder, 'releases/assets-1.yml'));
    const { code, stderr } = niseBosh(['-w', folder]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Faild to load release file! .*is missing/),
    });
  });
});

describe('installing from a release repository', () => {
  it('takes jobs and packages from the builds', () => {
    const manifest = write(join(temporaryFolder(), 'm.yml'), 'properties: {x: value}\n');
    const [root, words] = [temporaryFolder(), ['--working-dir', join(temporaryFolder(), 'work')]];
    const folder = repository({ finals: ['1'], packages: [TOOL, APP], jobs: [JOB] });
    const { code, stderr } = niseBosh(['-y', '-d', root, ...words, '-n', '10.0.0.1', folder, manifest, 'server']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(root, 'jobs/server/a'), 'utf8')).toBe('value');
    expect(readFileSync(join(root, 'packages/tool/text'), 'utf8')).toBe('sources');
  });

  it('finds a build that was only made for development', () => {
    const folder = repository({ finals: ['1'], packages: [TOOL] });
    execFileSync('mv', [join(folder, '.final_builds'), join(folder, '.dev_builds')]);
    expect(niseBosh([...places(), '-p', folder, 'tool'])).toMatchObject({ code: 0 });
  });

  it('names everything that was never fetched, with its object in the blob store, and damaged archives', () => {
    const folder = repository({ finals: ['1'], packages: [TOOL, APP, { ...APP, name: 'damaged' }] });
    for (const name of ['tool', 'app']) rmSync(buildPath(folder, 'packages', name));
    writeFileSync(buildPath(folder, 'packages', 'damaged'), 'cut off');
    const words = places();
    const { code, stderr } = niseBosh([...words, '-p', folder, 'app', 'damaged']);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([
      '3 archive(s) of the release cannot be used:',
      `  tool: ${buildPath(folder, 'packages', 'tool')} is missing (object object-of-tool of the blob store)`,
      `  app: ${buildPath(folder, 'packages', 'app')} is missing (object object-of-app of the blob store)`,
      expect.stringMatching(/^ {2}damaged: .*is not the archive of this release: its sha1 is not [0-9a-f]{40}$/),
    ]);
    expect(existsSync(join(words[2] ?? '', 'packages'))).toBe(false);
  });

  it('names the archives of jobs that are missing', () => {
    const folder = repository({ finals: ['1'], jobs: [JOB] });
    rmSync(buildPath(folder, 'jobs', 'server'));
    const manifest = write(join(temporaryFolder(), 'm.yml'), 'properties: {}\n');
    expect(niseBosh([...places(), folder, manifest, 'server']).stderr).toContain('object object-of-server');
  });
});

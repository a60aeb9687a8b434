import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { niseBosh, release, temporaryFolder, write } from './fixture-release.ts';
import { buildPath, repository } from './fixture-repository.ts';

const named = (name: string, dependencies: string[] = []) => ({
  name,
  fingerprint: `${name}f1`,
  dependencies,
  packaging: 'touch $BOSH_INSTALL_TARGET/made',
});
const CONTENT = {
  packages: [named('tool'), named('app', ['tool']), named('other')],
  jobs: [
    { name: 'server', declaration: 'packages: [app]\n' },
    { name: 'sidecar', declaration: 'packages: [other]\n' },
  ],
};
const MANIFEST = 'jobs: [{name: web, template: [server, sidecar], networks: []}]\n';

const contents = (file: string) =>
  execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('/'))
    .toSorted();

const assets = () => repository({ finals: ['2'], ...CONTENT });
const manifestFile = () => write(join(temporaryFolder(), 'manifest.yml'), MANIFEST);
const ofServer = [
  './release.yml',
  './release/.final_builds/jobs/server/3.tgz',
  './release/.final_builds/jobs/server/index.yml',
  './release/.final_builds/packages/app/3.tgz',
  './release/.final_builds/packages/app/index.yml',
  './release/.final_builds/packages/tool/3.tgz',
  './release/.final_builds/packages/tool/index.yml',
];

describe('cutting out of a release what a job needs', () => {
  it('takes the job and the closure of its packages, without a manifest', () => {
    const file = join(temporaryFolder(), 'out.tgz');
    const { code, stdout } = niseBosh(['-a', assets(), 'server', file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Archive: ${file}\nDone!\n` });
    expect(contents(file)).toEqual(ofServer);
  });

  it.each<[string, string[], string]>([
    ['in the current folder', [], 'assets-server-2.tar.gz'],
    ['in the folder given', ['sub'], 'sub/assets-server-2.tar.gz'],
    ['in a folder that is not there yet', ['new/'], 'new/assets-server-2.tar.gz'],
    ['at the path given', ['deep/down/mine.tgz'], 'deep/down/mine.tgz'],
  ])('puts it %s', (_where, destination, expected) => {
    const cwd = temporaryFolder();
    execFileSync('mkdir', [join(cwd, 'sub')]);
    expect(niseBosh(['-a', assets(), 'server', ...destination], { cwd }).code).toBe(0);
    expect(contents(join(cwd, expected))).toEqual(ofServer);
  });

  it('takes all jobs that a job of the manifest consists of', () => {
    const cwd = temporaryFolder();
    expect(niseBosh(['-a', assets(), manifestFile(), 'web'], { cwd }).code).toBe(0);
    expect(niseBosh(['-a', assets(), manifestFile(), 'web', 'mine.tgz'], { cwd }).code).toBe(0);
    expect(readdirSync(cwd).toSorted()).toEqual(['assets-web-2.tar.gz', 'mine.tgz']);
    expect(contents(join(cwd, 'mine.tgz')).filter((path) => path.endsWith('.tgz'))).toHaveLength(5);
  });

  it.each<[string, (bundle: string, folder: string) => string[]]>([
    ['itself', (bundle) => [bundle]],
    ['unpacked', (_bundle, folder) => [folder]],
    ['as older tools want it', (_bundle, folder) => ['-r', join(folder, 'release.yml'), join(folder, 'release')]],
  ])('installs from the archive %s, jobs and packages', (_how, words) => {
    const [bundle, folder, root] = [join(temporaryFolder(), 'b.tgz'), temporaryFolder(), temporaryFolder()];
    niseBosh(['-a', assets(), 'server', bundle]);
    execFileSync('tar', ['-xzf', bundle, '-C', folder]);
    const manifest = write(join(temporaryFolder(), 'm.yml'), 'properties: {}\n');
    const places = ['-y', '-d', root, '--working-dir', join(temporaryFolder(), 'work')];
    expect(niseBosh([...places, '-p', ...words(bundle, folder), 'tool'])).toMatchObject({ code: 0, stderr: '' });
    expect(niseBosh([...places, ...words(bundle, folder), manifest, 'server'])).toMatchObject({ code: 0, stderr: '' });
    expect([existsSync(join(root, 'packages/app/made')), existsSync(join(root, 'jobs/server'))]).toEqual([true, true]);
  });

  it('cuts out of a release tarball too', () => {
    const [tarball, bundle] = [join(temporaryFolder(), 'r.tgz'), join(temporaryFolder(), 'b.tgz')];
    execFileSync('tar', ['-czf', tarball, '-C', release(CONTENT), '.']);
    expect(niseBosh(['-a', tarball, 'server', bundle]).code).toBe(0);
    expect(contents(bundle)).toHaveLength(ofServer.length);
  });

  it('leaves nothing behind when archives are missing, and names them all', () => {
    const folder = assets();
    for (const name of ['tool', 'app']) rmSync(buildPath(folder, 'packages', name));
    const cwd = temporaryFolder();
    const { code, stderr } = niseBosh(['-a', folder, 'server'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^2 archive.*\n {2}tool: .*\n {2}app: /);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('knows no job that the release does not have', () => {
    expect(niseBosh(['-a', assets(), 'nobody'])).toMatchObject({
      code: 1,
      stderr: 'Given job does not exist! assets 2 has no job nobody\n',
    });
  });
});

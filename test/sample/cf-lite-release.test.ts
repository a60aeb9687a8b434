import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildRelease } from '../../sample/build-release.ts';

const run = promisify(execFile);

interface Index {
  readonly name: string;
  readonly version: string;
  readonly jobs: readonly Part[];
  readonly packages: readonly (Part & { readonly dependencies: readonly string[] })[];
}

interface Part {
  readonly name: string;
  readonly fingerprint: string;
  readonly sha1: string;
}

describe('buildRelease', () => {
  let work: string;
  let sources: string;
  const build = (cache = 'cache') => buildRelease({ sources, cache: join(work, cache) });
  const unpack = async (tarball: string): Promise<string> => {
    const folder = await mkdtemp(join(work, 'unpacked-'));
    await run('tar', ['-xzf', tarball, '-C', folder]);
    return folder;
  };
  const indexOf = async (tarball: string): Promise<Index> =>
    parse(await readFile(join(await unpack(tarball), 'release.MF'), 'utf8')) as Index;

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'cf-lite-release-'));
    sources = join(work, 'sources');
    const files = {
      'jobs/greeter/spec': 'name: greeter\npackages: [greeter]\ntemplates: {ctl.erb: bin/ctl}\n',
      'jobs/greeter/monit': 'check process greeter\n',
      'jobs/greeter/templates/ctl.erb': 'hello\n',
      'packages/greeter/spec': 'name: greeter\ndependencies: [words]\nfiles: [greeter]\n',
      'packages/greeter/packaging': 'cp greeter/hello $BOSH_INSTALL_TARGET\n',
      'packages/words/spec': 'name: words\ndependencies: []\nfiles: []\n',
      'packages/words/packaging': 'true\n',
      'src/greeter/hello': 'hello\n',
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(sources, path, '..'), { recursive: true });
      await writeFile(join(sources, path), content);
    }
  });

  afterEach(async () => {
    await rm(work, { recursive: true });
  });

  it('makes the same bytes of the same sources, whatever their times and place', async () => {
    const first = await readFile(await build());
    const elsewhere = join(work, 'elsewhere');
    await cp(sources, elsewhere, { recursive: true });
    await utimes(join(elsewhere, 'src/greeter/hello'), 1, 1);
    const second = await readFile(await buildRelease({ sources: elsewhere, cache: join(work, 'other-cache') }));
    expect(second.equals(first)).toBe(true);
  });

  it('writes nothing when the sources are unchanged', async () => {
    const tarball = await build();
    await utimes(tarball, 1, 1);
    expect(await build()).toBe(tarball);
    expect((await stat(tarball)).mtimeMs).toBe(1000);
    expect(await readdir(join(work, 'cache/releases'))).toHaveLength(1);
  });

  it('changes the fingerprint of the part that changed, and of no other', async () => {
    const before = await indexOf(await build());
    await writeFile(join(sources, 'src/greeter/hello'), 'good day\n');
    const after = await indexOf(await build());
    const fingerprints = ({ jobs, packages }: Index) => [...jobs, ...packages].map(({ fingerprint }) => fingerprint);
    const [job, greeter, words] = fingerprints(before);
    expect(fingerprints(after)).toEqual([job, expect.not.stringMatching(greeter ?? ''), words]);
  });

  it('sees that a file became executable', async () => {
    const before = await build();
    await chmod(join(sources, 'src/greeter/hello'), 0o755);
    expect(await build()).not.toBe(before);
  });

  it('lists every archive with its checksum and dependencies', async () => {
    const folder = await unpack(await build());
    const index = parse(await readFile(join(folder, 'release.MF'), 'utf8')) as Index;
    expect(index).toMatchObject({ name: 'cf-lite', version: '170' });
    expect(index.packages.map(({ name, dependencies }) => [name, dependencies])).toEqual([
      ['greeter', ['words']],
      ['words', []],
    ]);
    const listed = [
      ...index.jobs.map((job) => ['jobs', job] as const),
      ...index.packages.map((one) => ['packages', one] as const),
    ];
    for (const [kind, { name, sha1 }] of listed) {
      const { stdout } = await run('sha1sum', [join(folder, kind, `${name}.tgz`)]);
      expect(stdout).toContain(sha1);
    }
  });

  it('lays the files of a version over the common ones, and packs what they share alike', async () => {
    await mkdir(join(sources, 'variants/160/jobs/greeter'), { recursive: true });
    await writeFile(join(sources, 'variants/160/jobs/greeter/monit'), 'check file greeter\n');
    const common = await indexOf(await build());
    const other = await indexOf(await buildRelease({ sources, cache: join(work, 'cache'), version: '160' }));
    expect(other).toMatchObject({ name: 'cf-lite', version: '160', packages: common.packages });
    expect(other.jobs[0]?.fingerprint).not.toBe(common.jobs[0]?.fingerprint);
  });

  it('packs a job as job.MF, monit and templates, a package as packaging and sources', async () => {
    const folder = await unpack(await build());
    const list = async (archive: string) =>
      (await run('tar', ['-tzf', join(folder, archive)])).stdout.trim().split('\n');
    expect(await list('jobs/greeter.tgz')).toEqual(['job.MF', 'monit', 'templates/ctl.erb']);
    expect(await list('packages/greeter.tgz')).toEqual(['greeter/hello', 'packaging']);
  });
});

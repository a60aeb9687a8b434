import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { DOCUMENT } from '../domain/document-example.ts';
import { tarball, temporaryFolder, writeTarball } from '../release/release-tarball.ts';
import { temporaryFolder as lastingFolder } from '../support/temporary-folder.ts';

const COMMAND = join(import.meta.dirname, '../../rendering/render-command.ts');
const PATIENT = { timeout: 120_000 };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Left to the next command, as people have it. */
const CACHE = lastingFolder();

const run = (...words: readonly string[]): Promise<Ended> => runIn('en', ...words);

const runIn = (language: string, ...words: readonly string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [COMMAND, ...words], {
    env: { ...process.env, DEPLOYMENT_ENGINE_LANGUAGE: language, DEPLOYMENT_ENGINE_CACHE_DIR: CACHE },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );

const job = (name: string, template: string): Promise<Buffer> =>
  tarball({
    'job.MF': `{name: ${name}, templates: {ctl.erb: bin/ctl}, packages: []}`,
    monit: `check process ${name} with pidfile /${name}`,
    'templates/ctl.erb': template,
  });

/** A release that has the jobs of nats in v170. */
async function releaseWith(template: string): Promise<string> {
  const names = ['nats', 'nats_stream_forwarder'];
  const jobs = await Promise.all(names.map((name) => job(name, template)));
  return writeTarball({
    'release.MF': `{name: cf, version: 170, jobs: [{name: ${names.join('}, {name: ')}}], packages: []}`,
    ...Object.fromEntries(names.map((name, position) => [`jobs/${name}.tgz`, jobs[position] ?? ''])),
  });
}

describe('./DeploymentEngineServer render', PATIENT, () => {
  let folder: string;
  let config: string;
  let out: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    config = join(folder, 'config.json');
    out = join(folder, 'out');
    await writeFile(config, JSON.stringify({ ...DOCUMENT, components: { nats: ['10.0.0.1', '10.0.0.2'] } }));
  });

  it('writes manifest, spec, files and monit entries of each instance, for its owner alone', async () => {
    const release = await releaseWith('<%= p("nats.password") %> <%= spec.networks.default.ip %>');
    const ended = await run('--release', release, '--config', config, '--out', out);
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^nats_0: 4 files\nnats_1: 4 files\nmonit entries: judged by .*\n8 files of 2 instances of cf 170 in \S+\n$/,
      ),
    });
    expect((await readdir(join(out, 'nats_1'), { recursive: true })).toSorted()).toEqual([
      'jobs',
      'jobs/nats',
      'jobs/nats/bin',
      'jobs/nats/bin/ctl',
      'jobs/nats_stream_forwarder',
      'jobs/nats_stream_forwarder/bin',
      'jobs/nats_stream_forwarder/bin/ctl',
      'manifest.yml',
      'monit',
      'monit/nats.monitrc',
      'monit/nats_stream_forwarder.monitrc',
      'spec.json',
    ]);
    const file = (path: string): Promise<string> => readFile(join(out, 'nats_1', path), 'utf8');
    const [password, address] = (await file('jobs/nats/bin/ctl')).split(' ');
    expect(address).toBe('10.0.0.2');
    expect(await file('manifest.yml')).toContain(password);
    expect(JSON.parse(await file('spec.json'))).toMatchObject({ index: 1, networks: { default: { ip: address } } });
    const modeOf = async (path: string): Promise<number> => (await stat(join(out, path))).mode & 0o777;
    expect(await modeOf('')).toBe(0o700);
    expect(await modeOf('nats_1/manifest.yml')).toBe(0o600);
    expect(await modeOf('nats_1/jobs/nats/bin/ctl')).toBe(0o700);
    expect(await readdir(folder)).toEqual(['config.json', 'out']);
  });

  it('keeps secrets on demand, so that a second rendering replaces the first by the same bytes', async () => {
    const release = await releaseWith('<%= p("nats.password") %>');
    const secrets = join(folder, 'secrets.json');
    const words = ['--release', release, '--config', config, '--out', out, '--secrets', secrets];
    const rendered = (): Promise<string> => readFile(join(out, 'nats_0/jobs/nats/bin/ctl'), 'utf8');
    expect(await run(...words)).toMatchObject({ code: 0 });
    const first = await rendered();
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    await writeFile(join(out, 'nats_0/jobs/nats/stale'), '');
    expect(await run(...words)).toMatchObject({ code: 0 });
    expect(await rendered()).toBe(first);
    expect(await readdir(join(out, 'nats_0/jobs/nats'))).toEqual(['bin']);
  });

  it('tells all template errors at once and writes nothing', async () => {
    const secrets = join(folder, 'secrets.json');
    const release = await releaseWith('\n<%= p("a.b") %><%= p("c") %>');
    const ended = await run('--release', release, '--config', config, '--out', out, '--secrets', secrets);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['nats', 'nats_stream_forwarder'])
      for (const property of ['a.b', 'c'])
        expect(ended.stderr).toContain(
          `/jobs/${name}/templates/ctl.erb: line 2: property ${property} is not set (nats/0, nats/1)`,
        );
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('tells the problems of configuration and release together', async () => {
    await writeFile(config, JSON.stringify({ components: { nats: ['10.0.0.300'] } }));
    const release = await writeTarball({
      'release.MF': '{name: cf, version: 170, jobs: [{name: nats}], packages: []}',
    });
    const { code, stderr } = await run('--release', release, '--config', config, '--out', out);
    expect(code).toBe(1);
    expect(stderr).toContain(`${release} /jobs/nats`);
    expect(stderr).toContain(`${config} /components/nats/0`);
    expect(stderr).toContain(`${config} /properties`);
  });

  it('leaves a folder alone that holds something else', async () => {
    await mkdir(out);
    await writeFile(join(out, 'mine'), '');
    const ended = await run('--release', 'unread', '--config', config, '--out', out);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('no former rendering (it has mine)') });
    expect(await readdir(out)).toEqual(['mine']);
  });

  it("says in the engine's language what it has written, and why it writes nothing", async () => {
    const written = await runIn('zh', '--release', await releaseWith('x'), '--config', config, '--out', out);
    expect(written).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^nats_0：4 个文件\nnats_1：4 个文件\nmonit 条目：由 .* 检查\ncf 170 的2 个组件实例共8 个文件，位于 \S+\n$/,
      ),
    });
    const faulty = await runIn('zh', '--release', await releaseWith('<%= p("c") %>'), '--config', config, '--out', out);
    expect(faulty).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ctl\.erb: 第 1 行：没有设置属性 c（nats\/0、nats\/1）/),
    });
    await writeFile(join(out, 'mine'), '');
    const foreign = await runIn('zh', '--release', 'unread', '--config', config, '--out', out);
    expect(foreign.stderr).toBe(`${out} 不是空目录，也不是以前的渲染结果（其中有 mine）：请指定其他目录\n`);
    expect(await runIn('zh', '--release', 'unread', '--config', 'absent', '--out', join(folder, 'new'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('absent: 无法读取：'),
    });
  });

  it('names every missing option', async () => {
    expect(await run('--out', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error: missing --release, --config\n\nUsage: ./DeploymentEngineServer render '),
    });
    expect(await run('--nonsense')).toMatchObject({ code: 2 });
  });
});

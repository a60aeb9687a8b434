import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { instanceTag } from '../../domain/instance.ts';
import type { ReleaseJob } from '../../domain/release/release.ts';
import { v160 } from '../../domain/versions/v160.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { readRelease } from '../../release/read-release.ts';
import { readJobTexts } from '../../rendering/job-texts.ts';
import {
  type ClusterToRender,
  composedInstances,
  renderCluster,
  renderEntries,
} from '../../rendering/render-cluster.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../domain/document-example.ts';
import { CF_RELEASE_DIR, manifestsOf, releaseFile, secretsFor } from '../release/cf-release.ts';
import { MemoryBlobs } from '../release/release-tarball.ts';
import { renderInstances, unpackRelease } from './render-instances.ts';

const PATIENT = { timeout: 300_000 };

const ownAddress = execFileSync('hostname', ['-I'], { encoding: 'utf8' }).split(' ', 1)[0] ?? '';

describe.skipIf(CF_RELEASE_DIR === undefined)('dry rendering of cf-release (needs CF_RELEASE_DIR)', PATIENT, () => {
  it.each([
    { version: v160, files: 176 },
    { version: v170, files: 202 },
    { version: v194, files: 263 },
  ])('gives byte for byte what ruby on a node gives: v$version.release.version', async ({ version, files }) => {
    const configuration = configurationWith(DOCUMENT.components);
    const secrets = secretsFor(version);
    const blobs = new MemoryBlobs();
    const release = await readRelease(releaseFile(version), blobs, { allowMissingPackages: true });
    const folder = mkdtempSync(join(tmpdir(), 'rendered-'));
    const unpacked = unpackRelease(releaseFile(version));
    onTestFinished(() => [folder, unpacked].forEach((each) => rmSync(each, { recursive: true })));
    const renderings = manifestsOf(configuration, version, secrets).map((each) => ({ ...each, folder }));
    expect(renderInstances(unpacked, renderings)).toBe('');

    const rendered = await renderCluster({
      configuration,
      instances: instancesIn(configuration),
      release,
      version,
      secrets,
      texts: ({ archive }) => readJobTexts(blobs.contents.get(archive.sha256) ?? Buffer.of()),
    });
    const texts = rendered.flatMap(({ instance, jobs, monit }) =>
      [
        ...Object.entries(jobs).flatMap(([job, all]) =>
          Object.entries(all).map(([path, text]) => ({ path: `jobs/${job}/${path}`, text })),
        ),
        ...Object.entries(monit).map(([job, text]) => ({ path: `monit/${job}.monitrc`, text })),
      ].map(({ path, text }) => ({ text, instance, file: join(folder, instanceTag(instance.id), path) })),
    );
    expect(texts).toHaveLength(files);
    for (const { file, text, instance } of texts) {
      // v160 asks the machine for its address, and here all instances ask the same one.
      const expected = readFileSync(file, 'utf8').replaceAll(ownAddress, instance.address);
      expect([file, text]).toEqual([file, expected]);
    }
  });
});

const JOBS = Object.fromEntries(
  ['nats', 'nats_stream_forwarder'].map((name) => [
    name,
    {
      name,
      fingerprint: 'f',
      version: '1',
      archive: { sha256: '', size: 0 },
      packages: [],
      templates: { 'a.erb': 'a' },
      properties: undefined,
    },
  ]),
);

const configuration = configurationWith({ nats: ['10.0.0.1', '10.0.0.2'] });

const cluster = (template: string): ClusterToRender => ({
  configuration,
  instances: instancesIn(configuration),
  release: { name: 'cf', version: '170', from: '/cf-170.tgz', jobs: JOBS, packages: {} },
  version: v170,
  secrets: secretsFor({ ...v170 }),
  texts: async ({ name }) => ({
    'job.MF': `{name: ${name}, templates: {a.erb: a}}`,
    'templates/a.erb': template,
    monit: `check file ${name} with path /<%= index %>`,
  }),
});

describe('rendering a cluster', PATIENT, () => {
  it('gives every instance its manifest, spec, files and monit entries', async () => {
    const rendered = await renderCluster(cluster('<%= p("nats.port") %>'));
    expect(rendered.map(({ instance, jobs, monit }) => [instance.id, jobs, monit])).toEqual([
      ['nats/0', { nats: { a: '4222' }, nats_stream_forwarder: { a: '4222' } }, expect.anything()],
      [
        'nats/1',
        { nats: { a: '4222' }, nats_stream_forwarder: { a: '4222' } },
        {
          nats: 'check file nats with path /1',
          nats_stream_forwarder: 'check file nats_stream_forwarder with path /1',
        },
      ],
    ]);
    expect(rendered[1]?.spec).toMatchObject({ index: 1, networks: { default: { ip: '10.0.0.2' } } });
    expect(rendered[1]?.manifest.jobs[0]).toMatchObject({ name: 'nats' });
  });

  it('keeps for a judgement the monit entries alone', async () => {
    const wanted = cluster('<%= p("nats.port") %>');
    const whole = await renderCluster(wanted);
    const entries = await renderEntries(wanted, composedInstances(wanted));
    expect(entries.map(({ monit }) => monit)).toEqual(whole.map(({ monit }) => monit));
    expect(entries.map(({ spec, jobs }) => [spec, jobs])).toEqual(
      entries.map(() => [{}, { nats: {}, nats_stream_forwarder: {} }]),
    );
  });

  it('refuses monit entries that monit would refuse, each with its job', async () => {
    const wrong = cluster('x');
    const texts = async (job: ReleaseJob) => ({ ...(await wrong.texts(job)), monit: 'check process <%= name %>\n' });
    await expect(renderCluster({ ...wrong, texts })).rejects.toMatchObject({
      code: 'TemplateError',
      problems: ['nats', 'nats_stream_forwarder'].map((job) => ({
        pointer: `/jobs/${job}/monit`,
        message:
          "line 1: our own reading of monit's grammar refuses the rendered entry: " +
          'check process nats needs a pidfile after its name (nats/0, nats/1)',
      })),
    });
  });

  it('throws all problems of all templates of all instances, equal ones once', async () => {
    await expect(renderCluster(cluster('\n<%= p("a.b") %><% index.zero? || p("c") %>'))).rejects.toMatchObject({
      code: 'TemplateError',
      problems: ['a.b is not set (nats/0, nats/1)', 'c is not set (nats/1)'].flatMap((reason) =>
        ['nats', 'nats_stream_forwarder'].map((job) => ({
          pointer: `/jobs/${job}/templates/a.erb`,
          message: `line 2: property ${reason}`,
        })),
      ),
    });
  });

  it('names all jobs that the release lacks', async () => {
    const { release, ...others } = cluster('');
    await expect(renderCluster({ ...others, release: { ...release, jobs: {} } })).rejects.toMatchObject({
      code: 'InvalidRelease',
      problems: ['nats', 'nats_stream_forwarder'].map((job) => ({
        pointer: `/jobs/${job}`,
        message: expect.stringMatching(/^is not in cf 170 \(\/cf-170\.tgz\), but nats needs it; use a release/),
      })),
    });
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestToYaml } from '../../cluster/manifest-yaml.ts';
import { generateSecret } from '../../cluster/secrets/generate-secret.ts';
import type { ComponentName } from '../../domain/components.ts';
import { manifestFor } from '../../domain/manifest/manifest.ts';
import { allocatePorts } from '../../domain/manifest/allocate-ports.ts';
import { Secret } from '../../domain/secret.ts';
import { jobsOf } from '../../domain/versions/version.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import { SAMPLE_VERSIONS, type SampleVersion } from '../../sample/release/sample-version.ts';
import { configurationWith, FOUR_NODES, instancesIn } from '../domain/document-example.ts';
import { hasRuby, run } from './run-ruby.ts';
import { writeSampleJobs } from './write-sample-jobs.ts';

const NISE_BOSH = join(import.meta.dirname, '../../node/nise_bosh/bin/nise-bosh');
const [FIRST, SECOND, THIRD, FOURTH] = [181, 182, 183, 184].map((number) => `10.10.101.${number}`);

/** The four shared nodes, rendered once per version with the renderer of the nodes. */
describe.skipIf(!hasRuby).each(SAMPLE_VERSIONS)('cf-lite %s rendered', (version) => {
  let folder: string;
  const file = (component: ComponentName, path: string) => readFile(join(folder, component, 'jobs', path), 'utf8');
  const yaml = async (component: ComponentName, job: string) =>
    parse(await file(component, `${job}/config/${job}.yml`)) as Record<string, unknown>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `cf-lite-${version}-`));
    await renderFourNodes(version, folder);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('gives scripts and configuration that parse', async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const scripts = paths.filter((path) => path.includes('/bin/'));
    expect(scripts.length).toBeGreaterThanOrEqual(14);
    for (const script of scripts) await run('bash', ['-n', script]);
    for (const path of paths.filter((each) => each.endsWith('.yml')))
      expect(parse(await readFile(path, 'utf8')), path).toBeInstanceOf(Object);
  });

  it('tells services where their neighbours are', async () => {
    expect((await yaml('hm9000', 'hm9000'))['etcd_machines']).toEqual([THIRD]);
    expect((await yaml('uaa', 'uaa'))['database']).toMatchObject({ address: THIRD, name: 'uaadb', port: 5524 });
    expect((await yaml('cloud_controller_ng', 'cloud_controller_ng'))['database']).toMatchObject({ name: 'ccdb' });
    expect((await yaml('gorouter', 'gorouter'))['port']).toBe(80);
    expect(await file('haproxy', 'haproxy/config/haproxy.cfg')).toContain(`server router0 ${SECOND}:80 `);
    const servedNetworks = (await yaml('nfs_server', 'debian_nfs_server'))['networks'] as string[];
    expect(servedNetworks).toEqual(version === '194' ? [FOURTH] : [expect.stringMatching(/^10\.10\.101\.\d+\/\d+$/)]);
    expect(await file('database', 'postgres/config/roles.sql')).toContain("'ccadmin'");
  });

  it('signs and checks log lines with one secret', async () => {
    const job = version === '194' ? 'doppler' : 'loggregator';
    const { secret } = (await yaml('dea', 'dea_next'))['loggregator'] as { secret: string };
    expect(secret).toMatch(/^\w{8,}$/);
    expect((await yaml('loggregator', job))['secret']).toBe(secret);
  });

  it('sends log lines the way of its version', async () => {
    const { host, port } = (await yaml('dea', 'dea_next'))['loggregator'] as { host: string; port: number };
    if (version === '160') {
      const relay = await yaml('collector', 'loggregator_trafficcontroller');
      expect({ host, port }).toEqual({ host: FOURTH, port: relay['port'] });
      const { incoming_ports: ports } = await yaml('loggregator', 'loggregator');
      expect(relay).toMatchObject({ servers: [SECOND], nats: { machines: FIRST } });
      expect(ports).toEqual([relay['server_port']]);
    } else if (version === '170') {
      const { incoming_ports: ports } = await yaml('loggregator', 'loggregator');
      expect(host).toBe(SECOND);
      expect(ports).toContain(port);
    } else {
      const agent = await yaml('cloud_controller_ng', 'metron_agent');
      expect({ host, port }).toEqual({ host: '127.0.0.1', port: agent['port'] });
      expect(agent).toMatchObject({ etcd_machines: [THIRD], syslog: [THIRD, 54_321] });
      const { incoming_ports: ports } = await yaml('loggregator', 'doppler');
      expect(ports).toEqual([agent['server_port']]);
    }
  });

  if (version === '194')
    it('has an agent on every node but the log server’s, and waits for the file store', async () => {
      const jobs = await readdir(folder, { recursive: true });
      const agents = jobs.filter((path) => path.endsWith('jobs/metron_agent')).map((path) => path.split('/')[0]);
      expect(new Set(agents)).toEqual(new Set(['cloud_controller_ng', 'database', 'haproxy']));
      const monit = join(folder, 'cloud_controller_ng/monit/nfs_mounter.monitrc');
      expect(await readFile(monit, 'utf8')).toContain(
        'check file nfs_mounter with path /var/vcap/nfs/shared/.nfs_test\n',
      );
    });
});

async function renderFourNodes(number: SampleVersion, folder: string): Promise<void> {
  const version = versionOf({ name: 'cf-lite', version: number });
  const configuration = configurationWith(FOUR_NODES);
  const instances = instancesIn(configuration).filter(({ index }) => index === 0);
  const ports = allocatePorts(configuration, version);
  const secrets = new Map(
    version.secrets.map((name) => [name, new Secret(name, generateSecret(name, { domain: 'cf.local' }))]),
  );
  const release = await writeSampleJobs(number, folder);
  const withJobs = instances.filter((instance) => jobsOf(version, instance, instances).length > 0);
  await Promise.all(
    withJobs.map(async (instance) => {
      const { component, index } = instance;
      const manifest = manifestFor({ configuration, instances, instance, version, secrets, ports });
      const text = join(folder, `${component}.manifest`);
      await writeFile(text, manifestToYaml(manifest));
      const options = ['-y', '-t', '--out', join(folder, component), '-i', String(index)];
      await run('ruby', [NISE_BOSH, ...options, release, text, component]);
    }),
  );
}

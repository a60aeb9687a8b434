import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifestFor } from '../../../domain/manifest/manifest.ts';
import { allocatePorts } from '../../../domain/manifest/allocate-ports.ts';
import { Secret } from '../../../domain/secret.ts';
import { idleJobsOf } from '../../../domain/versions/version.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../document-example.ts';
import { v172 } from './v172.ts';

const documented = configurationWith({ ...DOCUMENT.components, etcd: ['10.0.0.1', '10.0.0.2'] });
const instances = instancesIn(documented);

const manifestOf = (id: string) => {
  const instance = instances.find((candidate) => candidate.id === id);
  if (instance === undefined) throw new Error(id);
  const secrets = new Map(v172.secrets.map((name) => [name, new Secret(name, `value-of-${name}`)]));
  const ports = allocatePorts(documented, v172);
  return {
    instance,
    manifest: manifestFor({ configuration: documented, instances, instance, version: v172, secrets, ports }),
  };
};

it('needs no more than the file that docs/adding-a-release.md shows', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/adding-a-release.md'), 'utf8');
  const file = await readFile(join(import.meta.dirname, 'v172.ts'), 'utf8');
  expect(page).toContain(file.replaceAll('../../../domain/versions/', './'));
});

it('gives the new jobs, values and secrets, and leaves out what is gone', () => {
  const { manifest } = manifestOf('etcd/0');
  expect(manifest).toMatchObject({
    name: 'cf',
    releases: [{ name: 'cf', version: '172' }],
    jobs: [{ template: ['etcd', 'etcd_metrics_server', 'etcd_backup'] }],
    properties: { request_timeout_in_seconds: 600, etcd_backup: { password: 'value-of-etcd_backup_password' } },
  });
  expect(manifest.properties['syslog_aggregator']).toEqual({ address: '10.10.101.197', port: 54_321 });
});

it('lets the new job run once', () => {
  expect(idleJobsOf(v172, manifestOf('etcd/0').instance, instances)).toEqual([]);
  expect(idleJobsOf(v172, manifestOf('etcd/1').instance, instances)).toEqual(['etcd_backup']);
});

it('keeps others off the new port', () => {
  const clashing = { ...v172, ports: [...v172.ports, { component: 'dea', protocol: 'tcp', port: 4003 } as const] };
  expect(() => allocatePorts(configurationWith({ etcd: ['10.0.0.1'], dea: ['10.0.0.1'] }), clashing)).toThrow(
    /dea and etcd both listen on port 4003 of 10.0.0.1/,
  );
});

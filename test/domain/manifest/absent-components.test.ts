import { describe, expect, it } from 'vitest';
import { placeholderWarnings } from '../../../domain/manifest/manifest.ts';
import { Secret } from '../../../domain/secret.ts';
import { configurationWith } from '../document-example.ts';
import { documented, manifestOf } from './manifest-of.ts';

describe('a cluster without some components', () => {
  const alone = configurationWith({ cloud_controller_ng: ['10.0.0.1'], dea: ['10.0.0.2'], hm9000: ['10.0.0.3'] });

  it('names hosts that never exist where a value must be', () => {
    expect(manifestOf('dea/0', alone).properties).toMatchObject({
      nats: { address: 'nats.invalid', machines: ['nats.invalid'] },
      etcd: { machines: ['etcd.invalid'] },
      ccdb_ng: { address: 'database.invalid' },
      loggregator_endpoint: { host: 'loggregator.invalid' },
    });
  });

  it('leaves out what templates can do without', () => {
    const { properties } = manifestOf('cloud_controller_ng/0', alone);
    expect(properties['loggregator_endpoint']).not.toHaveProperty('host');
    expect(properties['syslog_aggregator']).not.toHaveProperty('address');
    expect(properties['nfs_server']).not.toHaveProperty('address');
  });

  it('warns of every component that is needed and absent', () => {
    expect(placeholderWarnings(alone).map(({ pointer }) => pointer)).toEqual([
      '/components/haproxy',
      '/components/nats',
      '/components/nfs_server',
      '/components/database',
      '/components/etcd',
      '/components/uaa',
      '/components/loggregator',
    ]);
    expect(placeholderWarnings(documented)).toEqual([]);
  });

  it('uses external nats', () => {
    const attached = { ...alone, external: { nats: ['10.9.9.1', '10.9.9.2'] } };
    expect(manifestOf('dea/0', attached).properties['nats']).toMatchObject({
      address: '10.9.9.1',
      machines: ['10.9.9.1', '10.9.9.2'],
    });
    expect(placeholderWarnings(attached).map(({ pointer }) => pointer)).not.toContain('/components/nats');
  });

  it('logs in to external nats with the password of their cluster', () => {
    const natsPassword = new Secret('external_nats_password', 'of-the-other-cluster');
    const attached = { ...alone, external: { nats: ['10.9.9.1'], natsPassword } };
    expect(manifestOf('dea/0', attached).properties['nats']).toMatchObject({ password: 'of-the-other-cluster' });
    expect(manifestOf('dea/0', alone).properties['nats']).not.toMatchObject({ password: 'of-the-other-cluster' });
  });
});

import { expect, it } from 'vitest';
import { specialSettings } from '../../../domain/manifest/special-settings.ts';

it('reads what special steps need from the properties of any version', () => {
  const settings = specialSettings({
    databases: {
      port: 5524,
      roles: [{ tag: 'admin', name: 'cc-admin', password: 'not-a-real-one' }],
      databases: [
        { tag: 'cc', name: 'ccdb', citext: true },
        { tag: 'x', name: 'plain' },
      ],
    },
    nfs_server: { address: '10.0.0.7', share: '/var/vcap/store' },
    disk_quota_enabled: false,
  });
  expect(settings).toMatchObject({ nfsServer: '10.0.0.7', diskQuota: false });
  expect(settings.database?.databases).toEqual([
    { name: 'ccdb', citext: true },
    { name: 'plain', citext: false },
  ]);
  const [role] = settings.database?.roles ?? [];
  expect([role?.name, role?.password.name, role?.password.reveal()]).toEqual([
    'cc-admin',
    'role_cc_admin',
    'not-a-real-one',
  ]);
  expect(JSON.stringify(settings)).not.toContain('not-a-real-one');
});

it('finds nothing where the properties name nothing', () => {
  expect(specialSettings({})).toEqual({ database: undefined, nfsServer: undefined, diskQuota: true });
});

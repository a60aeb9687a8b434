import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceDefaults } from '../../../distribution/service/service-defaults.ts';
import { serviceUnit } from '../../../distribution/service/service-unit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder with a new package, beside a service of an older one. */
function installed(keyFile?: string) {
  const root = temporaryFolder();
  const [folder, unitFile] = [join(root, 'new'), join(root, 'deployment-engine.service')];
  const service = { user: 'ana', dataDir: join(root, 'kept'), cacheDir: join(root, 'cache'), keyFile };
  for (const each of [folder, service.dataDir]) mkdirSync(each);
  writeFileSync(unitFile, serviceUnit({ ...service, folder: join(root, 'old') }));
  return { folder, unitFile, service };
}

describe('install-service without options', () => {
  it('keeps account, folders and key of the installed service', () => {
    const { folder, unitFile, service } = installed('/etc/engine.key');
    expect(serviceDefaults(folder, unitFile)).toEqual(service);
  });

  it('invents no key', () => {
    const { folder, unitFile } = installed();
    expect(serviceDefaults(folder, unitFile).keyFile).toBeUndefined();
  });

  it('prefers the data of the service to data here, until they were moved', () => {
    const { folder, unitFile, service } = installed();
    mkdirSync(join(folder, 'data'));
    expect(serviceDefaults(folder, unitFile).dataDir).toBe(service.dataDir);
    rmSync(service.dataDir, { recursive: true });
    expect(serviceDefaults(folder, unitFile).dataDir).toBe(join(folder, 'data'));
  });

  it('has an account and folders of its own where none is installed', () => {
    const folder = temporaryFolder();
    expect(serviceDefaults(folder, join(folder, 'none'))).toEqual({
      user: 'deployment-engine',
      dataDir: '/var/lib/deployment-engine-server',
      cacheDir: '/var/cache/deployment-engine',
      keyFile: undefined,
    });
    mkdirSync(join(folder, 'data'));
    expect(serviceDefaults(folder, join(folder, 'none')).dataDir).toBe(join(folder, 'data'));
  });
});

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installedSettings } from '../../../distribution/service/installed-settings.ts';
import { serviceDefaults } from '../../../distribution/service/service-defaults.ts';
import { serviceUnit } from '../../../distribution/service/service-unit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder with a new package, beside a service of an older one. */
function installed(keyFile?: string) {
  const root = temporaryFolder();
  const [folder, unitFile] = [join(root, 'new'), join(root, 'deployment-engine.service')];
  const [old, dataDir, cacheDir] = [join(root, 'old'), join(root, 'kept'), join(root, 'cache')];
  const service = { folder: old, user: 'ana', dataDir, cacheDir, keyFile };
  for (const each of [folder, dataDir]) mkdirSync(each);
  writeFileSync(unitFile, serviceUnit(service));
  return { folder, unitFile, service };
}

/** A folder with a package, and none of the usual places on this machine. */
function fresh() {
  const root = temporaryFolder();
  const [folder, usualData] = [join(root, 'package'), join(root, 'usual')];
  const places = { unitFile: join(root, 'none'), usualData };
  return { folder, usualData, ownData: join(folder, 'data'), places };
}

function holdData(dataDir: string, file = 'engine.db'): void {
  mkdirSync(dirname(join(dataDir, file)), { recursive: true });
  writeFileSync(join(dataDir, file), '');
}

describe('install-service without options', () => {
  it('keeps account, folders and key of the installed service', () => {
    const { folder, unitFile, service } = installed('/etc/engine.key');
    const { dataDir, ...kept } = serviceDefaults(folder, { unitFile });
    expect({ folder: service.folder, dataDir: dataDir(), ...kept }).toEqual(service);
  });

  it('invents no key', () => {
    const { folder, unitFile } = installed();
    expect(serviceDefaults(folder, { unitFile }).keyFile).toBeUndefined();
  });

  it('never takes data here for those of the installed service', () => {
    const { folder, unitFile, service } = installed();
    holdData(join(folder, 'data'));
    expect(serviceDefaults(folder, { unitFile }).dataDir()).toBe(service.dataDir);
    rmSync(service.dataDir, { recursive: true });
    expect(serviceDefaults(folder, { unitFile }).dataDir).toThrow(/is missing: .*kept\. Mount it, .* --data-dir/);
  });

  it('has an account and folders of its own where none is installed', () => {
    const { folder, usualData, ownData, places } = fresh();
    mkdirSync(ownData, { recursive: true });
    const { dataDir, ...kept } = serviceDefaults(folder, places);
    expect(kept).toEqual({
      user: 'deployment-engine',
      cacheDir: '/var/cache/deployment-engine',
      keyFile: undefined,
    });
    expect(dataDir()).toBe(usualData);
  });

  it('takes the cache of the environment for a first service only', () => {
    const givenCache = '/srv/cache';
    expect(serviceDefaults('/opt/engine', { ...fresh().places, givenCache }).cacheDir).toBe(givenCache);
    const { folder, unitFile, service } = installed();
    expect(serviceDefaults(folder, { unitFile, givenCache }).cacheDir).toBe(service.cacheDir);
  });

  it('knows an engine that keeps all but its log elsewhere', () => {
    const { folder, ownData, places } = fresh();
    holdData(ownData, 'log/server.log');
    expect(serviceDefaults(folder, places).dataDir()).toBe(ownData);
  });

  it('goes on with the data of an engine that was started by hand', () => {
    const { folder, usualData, ownData, places } = fresh();
    holdData(ownData);
    expect(serviceDefaults(folder, places).dataDir()).toBe(ownData);
    holdData(usualData);
    expect(serviceDefaults(folder, places).dataDir).toThrow(`both ${usualData} and ${ownData} hold the data`);
  });
});

describe('the settings of the installed service', () => {
  it('are those of its unit', () => {
    const { unitFile, service } = installed('/etc/engine.key');
    expect(installedSettings(unitFile)).toEqual(service);
  });

  it('are none without a unit of ours', () => {
    const unitFile = join(temporaryFolder(), 'deployment-engine.service');
    expect(installedSettings(unitFile)).toBeUndefined();
    writeFileSync(unitFile, '[Service]\nExecStart=/usr/bin/other\n');
    expect(installedSettings(unitFile)).toBeUndefined();
  });
});

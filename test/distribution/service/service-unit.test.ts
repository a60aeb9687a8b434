import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Service, serviceUnit } from '../../../distribution/service/service-unit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
/** The engine of this checkout, since what is verified is also whether its program is there. */
const SERVICE: Service = {
  folder: join(import.meta.dirname, '../../..'),
  user: 'daemon',
  dataDir: '/var/lib/deployment-engine-server',
  cacheDir: '/var/cache/deployment-engine',
  keyFile: '/etc/deployment-engine.key',
};
/** Of 10, where 10 is a service that may do everything. */
const MOST_EXPOSED = 2.0;

function unitFile(text: string): string {
  const file = join(temporaryFolder(), 'deployment-engine.service');
  writeFileSync(file, text);
  return file;
}

const verify = (text: string) => {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unitFile(text)], { encoding: 'utf8' });
  return { status, said: stderr.split('\n').filter((line) => line.includes('deployment-engine.service')) };
};

const exposure = (text: string) =>
  spawnSync('systemd-analyze', ['security', '--offline=true', `--threshold=${MOST_EXPOSED * 10}`, unitFile(text)], {
    encoding: 'utf8',
  });

describe('the unit of the engine', () => {
  it.skipIf(!hasSystemd)('is what systemd understands (systemd-analyze)', () => {
    expect(verify(serviceUnit(SERVICE))).toEqual({ status: 0, said: [] });
    expect(verify(serviceUnit(SERVICE).replace('KillMode=mixed', 'KilMode=mixed')).said).not.toEqual([]);
  });

  it.skipIf(!hasSystemd)('exposes little (systemd-analyze)', () => {
    const { status, stdout } = exposure(serviceUnit(SERVICE));
    expect([status, stdout.split('\n').at(-2)]).toEqual([0, expect.stringContaining('OK')]);
    expect(exposure(serviceUnit(SERVICE).replace('SystemCallFilter=@system-service', '')).status).not.toBe(0);
  });

  it('gives the engine longer to stop than it takes', () => {
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(serviceUnit(SERVICE)) ?? [];
    expect(Number(seconds)).toBeGreaterThan(10);
  });

  it('starts when the disks of its folders are there', () => {
    const { folder, dataDir, cacheDir } = SERVICE;
    expect(serviceUnit(SERVICE)).toContain(`\nRequiresMountsFor=${folder} ${dataDir} ${cacheDir}\n`);
  });

  it('hands over a key file that only root reads', () => {
    expect(serviceUnit(SERVICE)).toContain('LoadCredential=master-key:/etc/deployment-engine.key\n');
    // Also where systemd is older than %d.
    expect(serviceUnit(SERVICE)).toContain('KEY_FILE=/run/credentials/deployment-engine.service/master-key\n');
    expect(serviceUnit({ ...SERVICE, keyFile: undefined })).not.toMatch(/LoadCredential|undefined/);
  });
});

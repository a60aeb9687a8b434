import { describe, expect, it } from 'vitest';
import { comparedSettings } from '../../../distribution/service/compared-settings.ts';

const BEFORE = { folder: '/opt/1', user: 'ana', dataDir: '/srv/data', cacheDir: '/srv/cache', keyFile: undefined };

describe('what install-service says of its settings', () => {
  it('is each of a first service', () => {
    expect(comparedSettings(BEFORE, undefined)).toBe(
      ['  program  /opt/1', '  account  ana', '  data     /srv/data', '  cache    /srv/cache'].join('\n'),
    );
  });

  it('names what an update kept and what it changed', () => {
    const lines = comparedSettings({ ...BEFORE, folder: '/opt/2', keyFile: '/etc/key' }, BEFORE).split('\n');
    expect(lines).toEqual([
      '  program  /opt/2 (was /opt/1)',
      '  account  ana (kept)',
      '  data     /srv/data (kept)',
      '  cache    /srv/cache (kept)',
      '  key file /etc/key (was none)',
    ]);
  });
});

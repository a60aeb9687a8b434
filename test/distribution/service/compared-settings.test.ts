import { describe, expect, it } from 'vitest';
import { comparedSettings } from '../../../distribution/service/compared-settings.ts';
import { inLanguage } from '../../../domain/text/in-language.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const BEFORE = { folder: '/opt/1', user: 'ana', dataDir: '/srv/data', cacheDir: '/srv/cache', keyFile: undefined };

describe('what install-service says of its settings', () => {
  it('is each of a first service', () => {
    expect(comparedSettings(BEFORE, undefined).map(inEnglish)).toEqual([
      '  program  /opt/1',
      '  account  ana',
      '  data     /srv/data',
      '  cache    /srv/cache',
    ]);
  });

  it('names what an update kept and what it changed', () => {
    const lines = comparedSettings({ ...BEFORE, folder: '/opt/2', keyFile: '/etc/key' }, BEFORE);
    expect(lines.map(inEnglish)).toEqual([
      '  program  /opt/2 (was /opt/1)',
      '  account  ana (kept)',
      '  data     /srv/data (kept)',
      '  cache    /srv/cache (kept)',
      '  key file /etc/key (was none)',
    ]);
    expect(lines.map((line) => inLanguage(line, 'zh'))).toEqual([
      '  程序     /opt/2（原为 /opt/1）',
      '  账户     ana（未变）',
      '  数据     /srv/data（未变）',
      '  缓存     /srv/cache（未变）',
      '  密钥文件 /etc/key（原为 无）',
    ]);
  });
});

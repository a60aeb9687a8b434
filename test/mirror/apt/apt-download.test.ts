import { describe, expect, it } from 'vitest';
import { parseUris, withoutEpoch } from '../../../mirror/apt/apt-download.ts';

const SHA256 = 'ab'.repeat(32);

describe('what apt would download', () => {
  it('is read with name, size and digest', () => {
    const printed = `Reading package lists...
'http://archive.example/pool/p/perl_5%3a36-7_amd64.deb' perl_5%3a36-7_amd64.deb 239 SHA256:${SHA256}
`;
    expect(parseUris(printed)).toEqual([{ name: 'perl_5%3a36-7_amd64.deb', size: 239, sha256: SHA256 }]);
  });

  it.each([
    ['monit_1%3a5.33.0-1_amd64.deb', 'monit_5.33.0-1_amd64.deb'],
    ['libstdc++6_12.2.0-14+deb12u1_amd64.deb', 'libstdc++6_12.2.0-14+deb12u1_amd64.deb'],
  ])('is published without the epoch: %s', (name, published) => {
    expect(withoutEpoch(name)).toBe(published);
  });
});

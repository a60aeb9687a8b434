import { describe, expect, it } from 'vitest';
import { debian12 } from '../../../domain/profiles/debian-12.ts';
import { wishDigest, wishOf } from '../../../mirror/apt/wish.ts';

describe('the wish of a profile', () => {
  const wish = wishOf(debian12);

  it('holds what every node, what building nodes and what special steps install', () => {
    expect(wish).toMatchObject({ name: 'debian-12', distribution: 'debian', suite: 'bookworm' });
    expect(wish.packages).toEqual(expect.arrayContaining(['monit', 'build-essential', 'rsyslog', 'nfs-kernel-server']));
  });

  it('changes its digest with a package, the suite or the architecture, not with the order', () => {
    const digest = wishDigest(wish, 'amd64');
    expect(wishDigest({ ...wish, packages: wish.packages.toReversed() }, 'amd64')).toBe(digest);
    const others = [
      wishDigest({ ...wish, packages: [...wish.packages, 'hello'] }, 'amd64'),
      wishDigest({ ...wish, suite: 'trixie' }, 'amd64'),
      wishDigest(wish, 'arm64'),
    ];
    expect(new Set([digest, ...others]).size).toBe(4);
  });
});

import { expect, it } from 'vitest';
import { mountOf, mountsIn } from '../../../domain/node/mounts.ts';

const MOUNTS = mountsIn(
  [
    'overlay / overlay rw,relatime 0 0',
    '/dev/sda2 /var ext4 rw,noexec 0 0',
    'old /srv/a\\040b tmpfs rw 0 0',
    '/dev/sdb /var/vcap ext4 rw 0 0',
    'later /var/vcap ext4 ro 0 0',
  ].join('\n'),
);

it.each([
  ['/etc', '/', 'rw'],
  ['/variable', '/', 'rw'],
  ['/var/lib', '/var', 'noexec'],
  ['/var/vcap/store', '/var/vcap', 'ro'],
  ['/srv/a b/c', '/srv/a b', 'rw'],
])('finds what holds %s', (path, point, option) => {
  const mount = mountOf(path, MOUNTS);
  expect(mount?.point).toBe(point);
  expect(mount?.options).toContain(option);
});

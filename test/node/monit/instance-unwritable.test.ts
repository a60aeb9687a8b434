import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { calls, instance, root } from '../../support/monit-instance.ts';

it.skipIf(!MAY_MOUNT).each([
  ['hold', '30'],
  ['stop', '30'],
  ['start', 'f1', '30'],
])('tells where it cannot write, before it touches anything: %s', (verb, ...words) => {
  spawnSync('mount', ['--bind', root, root]);
  onTestFinished(() => void spawnSync('umount', ['-l', root]));
  spawnSync('mount', ['-o', 'remount,ro,bind', root]);
  expect(instance(verb, 'nats_0', ...words)).toEqual({
    exitCode: 5,
    lines: [
      `cannot write ${join(root, 'bosh/var/instance.lock')}: ${root} is read-only. See dmesg; remount it read-write`,
    ],
  });
  expect(calls()).toEqual([]);
});

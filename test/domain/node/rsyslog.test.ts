import { expect, it } from 'vitest';
import { forwardsLogs } from '../../../domain/node/rsyslog.ts';

it.each([
  ['ubuntu-10.04', false],
  ['ubuntu-12.04', false],
  ['debian-12', true],
])('knows which distribution’s rsyslog reads the forwarders’ rules: %s', (profile, answer) => {
  expect(forwardsLogs(profile)).toBe(answer);
});

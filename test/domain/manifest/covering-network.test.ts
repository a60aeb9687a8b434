import { expect, it } from 'vitest';
import { coveringNetwork } from '../../../domain/manifest/covering-network.ts';

it.each([
  [['10.10.101.184', '10.10.101.186'], '10.10.101.0/24'],
  [['10.10.101.184'], '10.10.101.0/24'],
  [['10.10.100.1', '10.10.101.1'], '10.10.100.0/23'],
  [['10.0.0.1', '192.168.0.1'], '0.0.0.0/0'],
  [['fd00::1', 'fd00::ffff:1'], 'fd00::/64'],
  [['fd00:0:0:1::1', 'fd00:0:0:2::1'], 'fd00::/62'],
  [['::ffff:1.2.3.4'], '0::/64'],
  [['10.0.0.1', 'fd00::1'], '10.0.0.0/24'],
])('covers %j by %s', (addresses, network) => {
  expect(coveringNetwork(addresses)).toBe(network);
});

it('covers nothing without an address', () => {
  expect(coveringNetwork([])).toBeUndefined();
});

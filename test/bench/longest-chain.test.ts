import { expect, it } from 'vitest';
import { longestChain } from '../../bench/longest-chain.ts';

const TIMES = new Map([
  ['nats/0', 3],
  ['nats/1', 4],
  ['uaa/0', 10],
  ['etcd/0', 2],
]);
const timeOf = (id: string): number => TIMES.get(id) ?? 0;

const NATS = { id: 'nats/0', address: 'a', startedAt: 1 };
const SECOND = { id: 'nats/1', address: 'b', startedAt: 2 };
const ETCD = { id: 'etcd/0', address: 'a', startedAt: 3 };
const uaa = (mode: 'any' | 'all') => {
  return { id: 'uaa/0', address: 'c', startedAt: 4, needs: [{ component: 'nats', mode }] };
};

it('adds what waits for its component or for its node, and nothing else', () => {
  expect(longestChain([ETCD, SECOND, NATS], { timeOf, rolls: true })).toBe(7);
  expect(longestChain([ETCD, SECOND, NATS], { timeOf, rolls: false })).toBe(5);
});

it('follows needs: the first of them, or all', () => {
  expect(longestChain([NATS, SECOND, uaa('any')], { timeOf, rolls: true })).toBe(13);
  expect(longestChain([NATS, SECOND, uaa('all')], { timeOf, rolls: true })).toBe(17);
});

import { expect, it } from 'vitest';
import { createProvenTokens } from '../../../api/callers/proven-tokens.ts';

const MINUTE = 60_000;

function proven() {
  let now = 0;
  const tokens = createProvenTokens(() => now);
  const token = {
    id: '1a2b3c4d',
    name: 'ops',
    scope: 'viewer',
    createdAt: 0,
    expiresAt: 60 * MINUTE,
    revokedAt: undefined,
  } as const;
  tokens.note('right', token);
  return { ...tokens, token, pass: (minutes: number) => (now += minutes * MINUTE) };
}

it('recalls a token for as long as the store is away, until it expires', () => {
  const { recall, token, pass } = proven();
  expect(recall('right')).toBe(token);
  expect(recall('wrong')).toBeUndefined();
  pass(59);
  expect(recall('right')).toBe(token);
  pass(1);
  expect(recall('right')).toBeUndefined();
});

it('recalls none that the store has refused since', () => {
  const { note, recall } = proven();
  note('right', undefined);
  expect(recall('right')).toBeUndefined();
});

it('recalls none that was proven long before the last word of the store', () => {
  const { note, recall, token, pass } = proven();
  pass(9);
  note('another', undefined);
  expect(recall('right')).toBe(token);
  pass(1);
  note('another', undefined);
  expect(recall('right')).toBeUndefined();
});

import { expect, it } from 'vitest';
import { canonicalJson } from '../../domain/canonical-json.ts';

it('writes the same content the same, however its keys are ordered', () => {
  const one = { b: [{ y: 1, x: 2 }], a: undefined, c: null };
  const other = { c: null, b: [{ x: 2, y: 1 }] };
  expect(canonicalJson(one)).toBe(canonicalJson(other));
  expect(canonicalJson(one)).toBe('{"b":[{"x":2,"y":1}],"c":null}');
});

it('keeps the order of lists', () => {
  expect(canonicalJson(['b', 'a'])).not.toBe(canonicalJson(['a', 'b']));
});

import { expect, it } from 'vitest';
import { inEnglish } from '../../../domain/text/text.ts';
import { givenUp, reasonOf } from '../../../workflows/deploy/shortcomings.ts';

const given = (count: number) =>
  givenUp(
    new Map(
      Array.from({ length: count }, (_, index) => [
        `10.0.0.${index}`,
        { state: 'aborted' as const, skipped: [], reason: 'x'.repeat(2000) },
      ]),
    ),
  );

it('names what is wrong, and of a large cluster only so much that Temporal takes it', () => {
  expect(reasonOf([])).toBeUndefined();
  expect(inEnglish(reasonOf(given(2)) ?? '')).toMatch(/^10\.0\.0\.0: x+; 10\.0\.0\.1: x+$/);
  const many = reasonOf(given(5000)) ?? '';
  expect(inEnglish(many)).toMatch(/ and 4950 more$/);
  // As one value Temporal takes 2 MB.
  expect(JSON.stringify(many).length).toBeLessThan(200_000);
});

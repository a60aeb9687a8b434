import { expect, it } from 'vitest';
import { distinct, sameText } from '../../../domain/text/distinct.ts';
import { inEnglish, phrase } from '../../../domain/text/text.ts';

it('takes texts for the same that say the same, as they come back from a store', () => {
  const missing = phrase('no account {name}', { name: 'vcap' });
  expect(sameText(missing, structuredClone(missing))).toBe(true);
  expect(sameText(missing, 'no account vcap')).toBe(true);
  expect(sameText(missing, phrase('no account {name}', { name: 'ops' }))).toBe(false);
});

it('keeps each text once, where it came first', () => {
  const missing = (name: string) => phrase('no account {name}', { name });
  const texts = [missing('vcap'), 'no runner', missing('vcap'), missing('ops'), 'no runner'];
  expect(distinct(texts).map(inEnglish)).toEqual(['no account vcap', 'no runner', 'no account ops']);
});

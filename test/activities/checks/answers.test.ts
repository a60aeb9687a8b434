import { expect, it } from 'vitest';
import { readAnswers } from '../../../activities/checks/answers.ts';

it('reads values by name, the first, all and none', () => {
  const answers = readAnswers('kernel=3.2.0\nnoise\nname= a \nname=b=c\nempty=\n');
  expect(answers.value('kernel')).toBe('3.2.0');
  expect(answers.all('name')).toEqual(['a', 'b=c']);
  expect(answers.has('name', 'a')).toBe(true);
  expect(answers.has('name', 'noise')).toBe(false);
  expect(answers.value('empty')).toBe('');
  expect(answers.value('nam')).toBeUndefined();
});

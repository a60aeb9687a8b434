import { expect, it } from 'vitest';
import { readAnswers } from '../../../activities/checks/answers.ts';

it('reads values by name, the first, all and none', () => {
  const answers = readAnswers('kernel=3.2.0\nnoise\nname= a \nname=b=c\nempty=\nkib=2048\ndone=yes\n');
  expect(answers.value('kernel')).toBe('3.2.0');
  expect(answers.all('name')).toEqual(['a', 'b=c']);
  expect(answers.has('name', 'a')).toBe(true);
  expect(answers.has('name', 'noise')).toBe(false);
  expect(answers.value('empty')).toBeUndefined();
  expect(answers.value('nam')).toBeUndefined();
  expect([answers.number('kib'), answers.number('name'), answers.number('empty')]).toEqual([2048, 0, 0]);
  expect(answers.without('kernel', 'name', 'empty')).toBe('noise\nkib=2048\ndone=yes\n');
  expect([answers.has('done'), answers.has('kib')]).toEqual([true, false]);
});

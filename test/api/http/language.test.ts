import { expect, it } from 'vitest';
import { languageOf } from '../../../api/http/language.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['fr', 'en'],
  ['zh', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['zh-Hans-CN', 'zh'],
  ['en-US,zh;q=0.9', 'en'],
  ['fr, zh;q=0.5, en;q=0.4', 'zh'],
  ['en;q=0, zh;q=0.1', 'zh'],
  ['zh;q=x', 'en'],
  [';;,,;q=1', 'en'],
])('answers %j in %s', (accepted, language) => {
  expect(languageOf(accepted)).toBe(language);
});

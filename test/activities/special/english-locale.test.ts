import { expect, it } from 'vitest';
import { englishLocale } from '../../../activities/special/english-locale.ts';
import { reasonsFor } from '../samples.ts';

it.each([
  ['en_US.utf8', []],
  ['en_US.UTF-8', []],
  ['en_US', ['it is not there']],
  ['C.utf8', ['it is not there']],
])('looks for the locale in its spellings: %s', (name, reasons) => {
  expect(reasonsFor(englishLocale(), `C\nPOSIX\n${name}\n`)).toEqual(reasons);
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SCOPES } from '../../domain/access/scopes.ts';
import { OPERATION_WORDS } from '../../domain/plan/operation.ts';
import { STEPS } from '../../domain/steps.ts';

const PAGE = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8');

const rows = [...PAGE.matchAll(/^\| (?!Word |-)(.*) \|$/gm)].map(([, row = '']) =>
  row.split(' | ').map((cell) => cell.trim()),
);

it('has a Chinese word and a meaning for every word', () => {
  const lacking = rows.filter(([, chinese = '', meaning = '']) => !/\p{Script=Han}/u.test(chinese) || meaning === '');
  expect(rows.length).toBeGreaterThan(60);
  expect(lacking.map(([word]) => word)).toEqual([]);
});

it.each([
  ['word', 0],
  ['Chinese word', 1],
])('has no %s twice', (_what, column) => {
  const words = rows.flatMap((row) => row[column]?.replace(/[「」]/g, '').split(', ') ?? []);
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
});

it.each([
  ['stage', Object.values(STEPS).map(({ stage }) => stage)],
  ['operation', ['deploy', ...Object.keys(OPERATION_WORDS)]],
  ['scope', SCOPES],
])('names every %s', (word, names) => {
  const meaning = rows.find(([first]) => first === word)?.[2] ?? '';
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(meaning))).toEqual([]);
});

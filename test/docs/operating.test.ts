import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPONENT_TRAITS, COMPONENTS } from '../../domain/components.ts';
import { type ErrorCode, ERRORS, type Retry } from '../../domain/errors.ts';
import { STEPS } from '../../domain/steps.ts';

const PAGE = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const codes = Object.keys(ERRORS) as ErrorCode[];

/** Words in backticks of a row's cell. */
const named = (row: string, cell: number): string[] => {
  const [line = ''] = new RegExp(`^\\| ${row} .*$`, 'm').exec(PAGE) ?? [];
  return [...(line.split('|')[cell]?.matchAll(/`(\w+)`/g) ?? [])].map(([, word = '']) => word);
};

it.each<[string, Retry]>([
  ['silence', 'patience'],
  ['failure', 'few'],
  ['spoilt transfer', 'once'],
])('names every code of the class %s', (row, retry) => {
  const own = codes.filter((code) => ERRORS[code].retry === retry);
  expect(new Set(named(row, 2))).toEqual(new Set(own));
});

it.each(['unfit machine', 'another engine'])('names only codes that park at once as %s', (row) => {
  const own = named(row, 2);
  expect(own).not.toEqual([]);
  expect(own.filter((code) => ERRORS[code as ErrorCode]?.retry !== 'no')).toEqual([]);
});

it('has a class for every code that a caller or a parked step may meet', () => {
  const rows = [
    'silence',
    'failure',
    'spoilt transfer',
    'unfit machine',
    'another engine',
    'the engine itself',
    'refused',
  ];
  const told = rows.flatMap((row) => named(row, 2));
  const rest = codes.filter((code) => !told.includes(code) && (ERRORS[code].status < 400 || ERRORS[code].status > 499));
  // It stops a program before it begins.
  expect(rest).toEqual(['InvalidSettings']);
});

it('names the steps that cannot be skipped', () => {
  const own = Object.entries(STEPS).filter(([, { stage, skippable }]) => stage !== 'operate' && !skippable);
  expect(named('`skip`', 2)).toEqual(own.map(([name]) => name));
});

const section = (title: string): string => PAGE.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const single = COMPONENTS.filter((component) => COMPONENT_TRAITS[component].single);

it('says of each component that stays single what its loss means', () => {
  const rows = [...section('A machine is lost').matchAll(/^\| `(\w+)` +\|(.+)\|(.+)\|$/gm)];
  expect(rows.map(([, name = '']) => name).toSorted()).toEqual(single.toSorted());
  expect(rows.filter(([, , means = '', cure = '']) => means.trim() === '' || cure.trim() === '')).toEqual([]);
});

it('names every component that may have two', () => {
  const [, sentence = ''] =
    /^Have two of ([^,]+(?:, [^,]+)*?), the two/m.exec(section('A machine is lost').replaceAll('\n', ' ').trim()) ?? [];
  const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual(COMPONENTS.filter((component) => !single.includes(component)).toSorted());
});

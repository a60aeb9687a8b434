import { expect, it } from 'vitest';
import { inputChanges, inputLine } from '../../../domain/manifest/input-changes.ts';

const installed = [
  inputLine('spec', 'index', 0),
  inputLine('job', 'nats', 'j1'),
  inputLine('package', 'gnatsd', 'p1'),
  inputLine('package', 'ruby', 'r1'),
  inputLine('property', 'nats.machines', 'm1'),
  inputLine('property', 'nats.port', 'q1'),
];
const replaced = (from: string, to?: string): string[] =>
  installed.flatMap((line) => (line === from ? (to === undefined ? [] : [to]) : [line]));

it('finds nothing in equal inputs, whatever their order', () => {
  expect(inputChanges(installed, installed.toReversed())).toEqual([]);
});

it.each<[string, string[], string[]]>([
  ['a package', replaced('package gnatsd p1', 'package gnatsd p2'), ['packages: gnatsd']],
  ['a job', replaced('job nats j1', 'job nats j2'), ['job: nats']],
  ['a property', replaced('property nats.machines m1', 'property nats.machines m2'), ['properties: nats.machines']],
  ['a new and a lost package', replaced('package ruby r1', 'package golang g1'), ['packages: +golang, -ruby']],
  ['a lost property', replaced('property nats.port q1'), ['properties: -nats.port']],
  ['the index', replaced('spec index 0', 'spec index 3'), ['spec: index']],
  ['a job that became idle', [...installed, 'idle nats -'], ['idle jobs: +nats']],
])('names %s', (_case, wanted, reasons) => {
  expect(inputChanges(installed, wanted)).toEqual(reasons);
});

it('names every kind that has changed, packages first', () => {
  const wanted = ['property nats.port q2', 'job nats j2', 'package gnatsd p2'];
  expect(inputChanges(installed, wanted)).toEqual([
    'packages: gnatsd, -ruby',
    'job: nats',
    'properties: nats.port, -nats.machines',
    'spec: -index',
  ]);
});

import { describe, expect, it } from 'vitest';
import { assignNumbers, instanceId, instancesOf, instanceTag, type Numbering } from '../../domain/instance.ts';

const numbered = (component: 'nats' | 'uaa', ...numbers: number[]): Numbering =>
  numbers.map((number) => ({ component, address: `10.0.0.${number}`, number }));

const indexes = (numbering: Numbering): string[] => instancesOf(numbering).map(({ id, index }) => `${id}=${index}`);

describe('instancesOf', () => {
  it.each([
    ['all there', numbered('nats', 0, 1, 2), ['nats/0=0', 'nats/1=1', 'nats/2=2']],
    ['the first is gone', numbered('nats', 1, 2), ['nats/1=0', 'nats/2=2']],
    ['in any order', numbered('nats', 4, 2, 3), ['nats/4=4', 'nats/2=0', 'nats/3=3']],
    [
      'each component by itself',
      [...numbered('nats', 3), ...numbered('uaa', 1, 0)],
      ['nats/3=0', 'uaa/1=1', 'uaa/0=0'],
    ],
    ['none', [], []],
  ])('gives index 0 to the lowest number of a component: %s', (_case, numbering, wanted) => {
    expect(indexes(numbering)).toEqual(wanted);
  });

  it('keeps address, component and number', () => {
    expect(instancesOf(numbered('uaa', 5))).toEqual([
      { id: 'uaa/5', component: 'uaa', address: '10.0.0.5', number: 5, index: 0 },
    ]);
  });
});

it('names an instance in the API and in logs', () => {
  expect(instanceId('hm9000', 2)).toBe('hm9000/2');
  expect(instanceTag('hm9000/2')).toBe('hm9000_2');
});

it('keeps known numbers and gives newcomers the next of their component', () => {
  const known = [
    { component: 'nats', address: '10.0.0.1', number: 0 },
    { component: 'nats', address: '10.0.0.2', number: 4 },
    { component: 'dea', address: '10.0.0.9', number: 7 },
  ] as const;
  const wanted = [
    { component: 'nats', address: '10.0.0.3' },
    { component: 'nats', address: '10.0.0.2' },
    { component: 'nats', address: '10.0.0.4' },
    { component: 'uaa', address: '10.0.0.3' },
  ] as const;
  expect(assignNumbers(wanted, known).map(({ number }) => number)).toEqual([5, 4, 6, 0]);
});

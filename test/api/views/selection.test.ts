import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { choose, readSelection } from '../../../api/views/selection.ts';
import { InputError } from '../../../domain/errors.ts';

const meaning = (input: unknown) => readSelection(input, {}).selection;

const INSTANCES = [
  { component: 'nats', address: '10.0.0.1' },
  { component: 'nats', address: '10.0.0.2' },
  { component: 'uaa', address: '10.0.0.1' },
] as const;

it.each([
  [
    { name: 'nats', Ip: '10.0.0.1' },
    { kind: 'instance', component: 'nats', address: '10.0.0.1' },
  ],
  [
    { Comp: 'nats', IP: '10.0.0.1' },
    { kind: 'instance', component: 'nats', address: '10.0.0.1' },
  ],
  [{ COMP: 'uua' }, { kind: 'component', component: 'uaa' }],
  [{ ip: 'FD00:0::1' }, { kind: 'node', address: 'fd00::1' }],
  [{ name: 'all', ip: '0.0.0.0' }, { kind: 'all' }],
  [{ name: 'all' }, { kind: 'all' }],
  [{ ip: '0.0.0.0' }, { kind: 'all' }],
])('%o', (input, selection) => {
  expect(meaning(input)).toEqual(selection);
});

it.each([
  ['nothing', {}, '', /says nothing/],
  ['no object', ['nats'], '', /object/],
  ['a text', 'nats', '', /object/],
  ['all at an address', { name: 'all', ip: '10.0.0.1' }, '/ip', /whole cluster/],
  ['a component everywhere', { name: 'nats', ip: '0.0.0.0' }, '/ip', /leave ip out for every nats/],
  ['both aliases', { name: 'nats', Comp: 'nats' }, '/Comp', /only one of them/],
  ['both spellings of an address', { ip: '10.0.0.1', Ip: '10.0.0.1' }, '/Ip', /only one of them/],
  ['an unknown component', { name: 'natts' }, '/name', /did you mean nats\?/],
  ['a number for a component', { name: 7 }, '/name', /name of a component/],
  ['an empty name', { name: '' }, '/name', /no such component/],
  ['null', { name: null }, '/name', /name of a component/],
  ['no address', { ip: '10.0.0' }, '/ip', /IPv4 or IPv6/],
  ['an unknown key', { nane: 'nats' }, '/nane', /did you mean name\?/],
])('refuses %s', (_case, input, pointer, message) => {
  expect(problemsOf(() => meaning(input))).toContainEqual({ pointer, message: expect.stringMatching(message) });
});

it('names all problems at once', () => {
  const problems = problemsOf(() =>
    readSelection({ name: 'nat', ip: 'x', wait: 'soon', foo: 1 }, { wait: z.number().optional() }),
  );
  expect(problems.map(({ pointer }) => pointer).toSorted()).toEqual(['/foo', '/ip', '/name', '/wait']);
});

it('names also what its words mean together, and what a typing error leaves out only where nothing else is wrong', () => {
  const withWait = (input: unknown) => problemsOf(() => readSelection(input, { wait: z.number().optional() }));
  const pointers = (input: unknown) => withWait(input).map(({ pointer }) => pointer);
  expect(pointers({ name: 'all', ip: '10.0.0.1', wait: 'x' })).toEqual(['/wait', '/ip']);
  expect(pointers({ nane: 'nats' })).toEqual(['/nane']);
});

describe('choosing', () => {
  const chosen = (input: unknown) =>
    choose(meaning(input), INSTANCES).map(({ component, address }) => `${component}@${address}`);

  it.each([
    [{ name: 'all' }, ['nats@10.0.0.1', 'nats@10.0.0.2', 'uaa@10.0.0.1']],
    [{ name: 'nats' }, ['nats@10.0.0.1', 'nats@10.0.0.2']],
    [{ ip: '10.0.0.1' }, ['nats@10.0.0.1', 'uaa@10.0.0.1']],
    [{ name: 'uaa', ip: '10.0.0.1' }, ['uaa@10.0.0.1']],
  ])('takes %o for what it means', (input, expected) => {
    expect(chosen(input)).toEqual(expected);
  });

  it.each([
    [{ name: 'uaa', ip: '10.0.0.2' }, '/ip', /no uaa on 10\.0\.0\.2: it lives on 10\.0\.0\.1/],
    [{ name: 'login', ip: '10.0.0.1' }, '/ip', /the cluster has none/],
    [{ name: 'login' }, '/name', /has no login/],
    [{ ip: '10.0.0.3' }, '/ip', /no component lives on 10\.0\.0\.3; did you mean 10\.0\.0\.1\?/],
  ])('refuses %o', (input, pointer, message) => {
    expect(problemsOf(() => chosen(input))).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });
});

function problemsOf(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('it was accepted');
}

it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('takes %s for a name like any other', (name) => {
  expect(() => readSelection({ name }, {})).toThrow(/^\/name: no such component; did you mean /);
});

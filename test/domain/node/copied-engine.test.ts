import { expect, it } from 'vitest';
import { type EnginePast, isCopy, nameOfCopy, type Visitor } from '../../../domain/node/copied-engine.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const PAST: EnginePast = { machine: 'b', machines: new Set(['a', 'b']), newest: 9, idle: new Set([8, 9]) };
const VISITOR: Visitor = { generation: 1, run: 7, host: 'control-1', machine: 'a' };

it.each<[string, Partial<Visitor> | undefined, Partial<EnginePast>]>([
  ['the same machine', { machine: 'b' }, {}],
  ['the same machine with a store that was restored', { machine: 'b', run: 40 }, {}],
  ['a machine that it has worked from, by a run of its own', {}, {}],
  [
    'one of the many ids of a machine that gets one at each boot',
    { machine: 'boot-3' },
    { machines: new Set(['boot-3', 'b']) },
  ],
  ['a machine without an id', { machine: '' }, {}],
  ['another machine, where its own has no id', { machine: 'c' }, { machine: '' }],
  ['an engine that leaves nothing', undefined, {}],
])('takes nothing for a copy that comes from %s', (_case, visitor, past) => {
  expect(isCopy(visitor && { ...VISITOR, ...visitor }, { ...PAST, ...past })).toBe(false);
});

it.each<[string, Partial<Visitor>]>([
  ['a machine that this store has never worked from', { machine: 'c' }],
  ['the machine it was copied from, by a run that began after that', { run: 10 }],
  ['the machine it was copied from, by a run whose number was refused or has only begun here', { run: 8 }],
])('takes for a copy what comes from %s', (_case, visitor) => {
  expect(isCopy({ ...VISITOR, ...visitor }, PAST)).toBe(true);
});

it('takes nothing for a copy where nobody knows the past', () => {
  expect(isCopy({ ...VISITOR, machine: 'c' }, undefined)).toBe(false);
});

it('names a copy by its machine and its run', () => {
  expect(inEnglish(nameOfCopy(VISITOR))).toBe('control-1, whose run 7 was here last');
});

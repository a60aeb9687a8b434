import { describe, expect, it } from 'vitest';
import { connect } from '../../../activities/steps/connect.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { answer } from './connect-answer.ts';

describe('a node that a copy of this engine was at work on', () => {
  const past = { machine: 'b', machines: new Set(['a', 'b']), newest: 9, idle: new Set<number>() };
  const seen = {
    owner: 'engine-a 1 12',
    fence: 'engine-a 1 12',
    visitor: 'engine-a 1 12 {"host":"control-1","machine":"a"}',
  };
  const made = (adoption?: { readonly owner: string; readonly generation: number }) =>
    connect(nodeContext({ former: { adoption, installed: [], past } }));

  it('is refused, and says which copy and what helps', () => {
    expect(() => reasonsFor(made(), answer(seen))).toThrow(
      expect.objectContaining({
        code: 'DuplicateController',
        message: expect.stringMatching(/control-1, whose run 12 was here last.*hosts\/adopt/),
        details: { owner: 'engine-a', run: 12, host: 'control-1' },
      }),
    );
  });

  it('is taken over once an operator says so, until the copy is there again', () => {
    const allowed = made({ owner: 'engine-a', generation: 1 });
    expect(reasonsFor(allowed, answer(seen))).toEqual([
      'the node is taken over from a copy of this engine on control-1, whose run 12 was here last',
    ]);
    const again = Object.fromEntries(Object.entries(seen).map(([name, line]) => [name, line.replace(' 1 12', ' 3 4')]));
    expect(() => reasonsFor(allowed, answer({ ...again, visitor: again['visitor']?.replace('"a"', '"c"') }))).toThrow(
      expect.objectContaining({ code: 'DuplicateController' }),
    );
  });

  it.each([
    ['from this machine, with a store that was restored', { visitor: seen.visitor.replace('"a"', '"b"') }],
    [
      'by a run of this store, before it moved here',
      { owner: 'engine-a 1 9', fence: 'engine-a 1 9', visitor: seen.visitor.replace('12', '9') },
    ],
    ['by an engine that left nothing', { visitor: undefined }],
  ])('is not one that was changed %s', (_case, values) => {
    expect(reasonsFor(made(), answer({ ...seen, ...values }))).toEqual([]);
  });
});

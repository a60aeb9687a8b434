import { expect, it } from 'vitest';
import { leadingLine } from '../../../ssh/runner/leading-line.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function split(chunks: AsyncIterable<Uint8Array>) {
  const { line, rest } = await leadingLine(chunks);
  const read: Uint8Array[] = [];
  for await (const chunk of rest) read.push(chunk);
  return { line, rest: Buffer.concat(read).toString() };
}

it.each([
  ['in one piece', ['started 7\nout\nput'], { line: 'started 7', rest: 'out\nput' }],
  ['in several', ['star', 'ted', ' 7\n', 'output'], { line: 'started 7', rest: 'output' }],
  ['alone', ['started 7\n'], { line: 'started 7', rest: '' }],
  ['without its end', ['start'], { line: undefined, rest: '' }],
  ['not at all', [], { line: undefined, rest: '' }],
])('splits the first line off that comes %s', async (_, texts, expected) => {
  expect(await split(pieces(...texts))).toEqual(expected);
});

it('listens to no endless line, and lets go of its source', async () => {
  let said = 0;
  let isLetGo = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        said += 10_000;
        yield Buffer.alloc(10_000, 'x');
      }
    } finally {
      isLetGo = true;
    }
  }
  expect(await split(endless())).toEqual({ line: undefined, rest: '' });
  expect(said).toBeLessThan(100_000);
  expect(isLetGo).toBe(true);
});

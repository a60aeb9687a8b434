/** Output whose first line is about the rest. */
interface Led {
  /** Without its end; undefined when the output ends before it. */
  readonly line: string | undefined;
  readonly rest: AsyncIterable<Uint8Array>;
}

/** Bytes; the longest that is sent has a hundred. */
const LONGEST = 64 * 1024;

/** Splits the first line off; of what never comes to a line's end nothing is kept. */
export async function leadingLine(chunks: AsyncIterable<Uint8Array>): Promise<Led> {
  const iterator = chunks[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  for (let size = 0; size <= LONGEST;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    const end = value.indexOf(LINE_END);
    if (end !== -1) {
      const line = Buffer.concat([...begun, value.subarray(0, end)]).toString();
      return { line, rest: remaining(value.subarray(end + 1), iterator) };
    }
    begun.push(value);
    size += value.length;
  }
  await iterator.return?.();
  return { line: undefined, rest: remaining(new Uint8Array(), iterator) };
}

const LINE_END = 0x0a;

async function* remaining(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  } finally {
    // A reader that leaves early lets go of the source too.
    await iterator.return?.();
  }
}

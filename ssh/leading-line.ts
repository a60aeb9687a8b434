/** Output whose first line is about the rest. */
interface Led {
  /** Without its end; undefined when the output ends before it. */
  readonly line: string | undefined;
  readonly rest: AsyncIterable<Uint8Array>;
}

/** Splits the first line off. */
export async function leadingLine(chunks: AsyncIterable<Uint8Array>): Promise<Led> {
  const iterator = chunks[Symbol.asyncIterator]();
  let begun = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) return { line: undefined, rest: remaining(Buffer.alloc(0), iterator) };
    begun = Buffer.concat([begun, value]);
    const end = begun.indexOf('\n');
    if (end !== -1)
      return { line: begun.subarray(0, end).toString(), rest: remaining(begun.subarray(end + 1), iterator) };
  }
}

async function* remaining(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  } finally {
    // A reader that leaves early lets go of the source too.
    await iterator.return?.();
  }
}

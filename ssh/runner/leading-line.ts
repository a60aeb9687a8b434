/** Output whose first line describes the rest. */
interface Led {
  /** Without the line end; undefined when the output ends first. */
  readonly line: string | undefined;
  readonly rest: AsyncIterable<Uint8Array>;
}

/** Bytes; real ones have at most a hundred. */
const LONGEST = 64 * 1024;

/** Splits off the first line; output without a line end is not kept. */
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
    // A reader that stops early closes the source too.
    await iterator.return?.();
  }
}

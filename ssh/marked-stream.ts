import type { Readable } from 'node:stream';

// What a command says on standard error is for people.
const REMARKS_LENGTH = 256 * 1024;

/** What follows the mark's line. */
export async function* afterMark(chunks: AsyncIterable<Buffer>, mark: string): AsyncIterable<Buffer> {
  const gate = createGate(mark);
  for await (const chunk of chunks) {
    const rest = gate.pass(chunk);
    if (rest.length > 0) yield rest;
  }
}

export interface Remarks {
  /** The mark was seen. */
  entered(): boolean;
  /** What followed the mark, its last 256 KiB; without a mark, everything. */
  text(): string;
}

/** Listens to standard error all along, so that it never holds up the rest. */
export function collectRemarks(stream: Readable, mark: string): Remarks {
  const gate = createGate(mark);
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, gate.pass(chunk)]).subarray(-REMARKS_LENGTH);
  });
  return { entered: gate.isOpen, text: () => (gate.isOpen() ? kept : gate.before()).toString() };
}

function createGate(mark: string) {
  const line = `${mark}\n`;
  let before = Buffer.alloc(0);
  let open = false;
  return {
    isOpen: () => open,
    before: () => before,
    pass(chunk: Buffer): Buffer {
      if (open) return chunk;
      before = Buffer.concat([before, chunk]);
      const at = before.indexOf(line);
      if (at === -1) return Buffer.alloc(0);
      open = true;
      return before.subarray(at + line.length);
    },
  };
}

import type { Readable } from 'node:stream';
import { listening, prompt, started } from '../connect/become-root.ts';

/** Bytes kept of output without a mark, and of standard error, which only people read. */
export const KEPT = 256 * 1024;
/** Many small pieces cost more than their bytes. */
const MOST_PIECES = 4096;

/** The output after the line with the mark. */
export async function* afterMark(chunks: AsyncIterable<Buffer>, mark: string): AsyncIterable<Buffer> {
  const gate = createGate(mark);
  for await (const chunk of chunks) {
    const rest = gate.pass(chunk);
    if (rest.length > 0) yield rest;
  }
}

export interface Stderr {
  /** The account's start-up files no longer read standard input. */
  readonly started: Promise<void>;
  /** Root's shell is ready for the program, or sudo asks a second time, whichever comes first. */
  readonly heard: Promise<'listening' | 'asked again'>;
  isListening(): boolean;
  /** How often sudo asked for the password. */
  prompts(): number;
  /** Whether the mark was seen, so that the program runs. */
  entered(): boolean;
  /** The last 256 KiB after the mark; without a mark, of everything. */
  text(): string;
  /** Stops listening. */
  leave(): void;
}

/** Reads standard error all the time, so that a full pipe never blocks the program. */
export function collectStderr(stream: Readable, mark: string): Stderr {
  const signs = [started(mark), listening(mark), prompt(mark)] as const;
  const gate = createGate(mark, signs);
  const heard = Promise.withResolvers<'listening' | 'asked again'>();
  const begun = Promise.withResolvers<void>();
  const kept = createTail(KEPT);
  const isListening = (): boolean => gate.seen(listening(mark)) > 0;
  const prompts = (): number => gate.seen(prompt(mark));
  const hear = (chunk: Buffer): void => {
    const wasOpen = gate.isOpen();
    kept.add(gate.pass(chunk));
    if (wasOpen) return;
    if (gate.seen(started(mark)) > 0) begun.resolve();
    if (isListening()) heard.resolve('listening');
    else if (prompts() > 1) heard.resolve('asked again');
  };
  stream.on('data', hear);
  const words = (): string => signs.reduce((said, sign) => said.replaceAll(sign, ''), gate.before().toString());
  return {
    started: begun.promise,
    heard: heard.promise,
    isListening,
    prompts,
    entered: gate.isOpen,
    text: () => (gate.isOpen() ? kept.bytes().toString() : words()),
    leave: () => void stream.off('data', hear),
  };
}

/** Looks at each byte once, however late the mark comes. */
function createGate(mark: string, signs: readonly string[] = []) {
  const line = `${mark}\n`;
  const longest = Math.max(...[line, ...signs].map(({ length }) => length));
  const counts = new Map<string, number>();
  const before = createTail(KEPT);
  let open = false;
  return {
    isOpen: () => open,
    /** The last 256 KiB before the mark. */
    before: before.bytes,
    /** How often a text was seen before the mark. */
    seen: (sign: string): number => counts.get(sign) ?? 0,
    pass(chunk: Buffer): Buffer {
      if (open) return chunk;
      const last = before.last(longest - 1);
      const text = Buffer.concat([last, chunk]);
      for (const sign of signs) {
        const fresh = text.subarray(Math.max(0, last.length - sign.length + 1));
        counts.set(sign, (counts.get(sign) ?? 0) + occurrences(fresh, sign));
      }
      before.add(chunk);
      const at = text.indexOf(line);
      if (at === -1) return Buffer.alloc(0);
      open = true;
      return text.subarray(at + line.length);
    },
  };
}

const occurrences = (text: Buffer, sign: string): number => text.toString('latin1').split(sign).length - 1;

/** The last bytes of what was added; drops the others now and then, so that each byte is moved few times. */
export function createTail(length: number) {
  let pieces: Buffer[] = [];
  let size = 0;
  const join = (): Buffer => {
    const bytes = Buffer.concat(pieces).subarray(-length);
    [pieces, size] = [[bytes], bytes.length];
    return bytes;
  };
  return {
    add(piece: Buffer): void {
      pieces.push(piece);
      size += piece.length;
      if (size > 2 * length || pieces.length > MOST_PIECES) join();
    },
    bytes: join,
    last(count: number): Buffer {
      let [from, held] = [pieces.length, 0];
      while (from > 0 && held < count) held += pieces[--from]?.length ?? 0;
      return count === 0
        ? Buffer.alloc(0)
        : Buffer.concat(pieces.slice(from).map((piece) => piece.subarray(-count))).subarray(-count);
    },
  };
}

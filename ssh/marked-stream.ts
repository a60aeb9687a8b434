import type { Readable } from 'node:stream';
import { listening, prompt, started } from './entrance.ts';

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
  /** Nothing that belongs to the account reads standard input any more. */
  readonly started: Promise<void>;
  /** Root's shell is ready for the program, or sudo asks a second time: whatever comes first. */
  readonly heard: Promise<'listening' | 'asked again'>;
  isListening(): boolean;
  /** How often sudo asked for the password. */
  prompts(): number;
  /** The mark was seen: the program runs. */
  entered(): boolean;
  /** What followed the mark, its last 256 KiB; without a mark, everything said by others. */
  text(): string;
}

/** Listens to standard error all along, so that it never holds up the rest. */
export function collectRemarks(stream: Readable, mark: string): Remarks {
  const gate = createGate(mark);
  const heard = Promise.withResolvers<'listening' | 'asked again'>();
  const begun = Promise.withResolvers<void>();
  let kept = Buffer.alloc(0);
  const isListening = (): boolean => gate.before().includes(listening(mark));
  const prompts = (): number => gate.before().toString().split(prompt(mark)).length - 1;
  stream.on('data', (chunk: Buffer) => {
    const wasOpen = gate.isOpen();
    kept = Buffer.concat([kept, gate.pass(chunk)]).subarray(-REMARKS_LENGTH);
    if (wasOpen) return;
    if (gate.before().includes(started(mark))) begun.resolve();
    if (isListening()) heard.resolve('listening');
    else if (prompts() > 1) heard.resolve('asked again');
  });
  const signs = [started(mark), listening(mark), prompt(mark)];
  const words = (): string => signs.reduce((said, sign) => said.replaceAll(sign, ''), gate.before().toString());
  return {
    started: begun.promise,
    heard: heard.promise,
    isListening,
    prompts,
    entered: gate.isOpen,
    text: () => (gate.isOpen() ? kept.toString() : words()),
  };
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

import { sealed, unsealed } from '../kept-file.ts';
import type { RubyMemory } from './ruby-machine.ts';

// A ruby's memory as a file: what its start and loading its libraries have made of the memory that every ruby begins
// with. Starting from it takes a tenth of the time. It is sealed (kept-file.ts): the memory's size in pages of WebAssembly,
// then each changed block's number and bytes.

const BLOCK = 4096;
const PAGE = 65_536;
const NUMBER = 4;
const NO_BLOCK = Buffer.alloc(BLOCK);

/** `key`: of all that has made the memory what it is. */
export function takeSnapshot(key: string, memory: RubyMemory, unused: RubyMemory): Buffer {
  const [now, before] = [Buffer.from(memory.buffer), Buffer.from(unused.buffer)];
  const parts = [numbered(now.length / PAGE)];
  for (let at = 0; at < now.length; at += BLOCK) {
    const block = now.subarray(at, at + BLOCK);
    if (!block.equals(at < before.length ? before.subarray(at, at + BLOCK) : NO_BLOCK))
      parts.push(numbered(at / BLOCK), block);
  }
  return sealed(key, Buffer.concat(parts));
}

/** Undefined for one of another key or one that is damaged. `memory`, to be given to what this answers: an unused one. */
export function openSnapshot(key: string, snapshot: Buffer): ((memory: RubyMemory) => void) | undefined {
  const body = unsealed(key, snapshot);
  if (body === undefined) return undefined;
  return (memory) => {
    memory.grow(body.readUInt32LE() - memory.buffer.byteLength / PAGE);
    const bytes = Buffer.from(memory.buffer);
    for (let at = NUMBER; at < body.length; at += NUMBER + BLOCK)
      body.copy(bytes, body.readUInt32LE(at) * BLOCK, at + NUMBER, at + NUMBER + BLOCK);
  };
}

function numbered(number: number): Buffer {
  const bytes = Buffer.alloc(NUMBER);
  bytes.writeUInt32LE(number);
  return bytes;
}

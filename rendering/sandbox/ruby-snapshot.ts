import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { RubyMemory } from './ruby-machine.ts';

// A ruby's memory as a file: what its start and loading its libraries have made of the memory that every ruby begins
// with. Starting from it takes a tenth of the time. The file: the key's digest, the digest of what follows, the memory's
// size in pages of WebAssembly, then each changed block's number and bytes.

const BLOCK = 4096;
const PAGE = 65_536;
const DIGEST = 32;
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
  const body = Buffer.concat(parts);
  return Buffer.concat([digestOf(key), digestOf(body), body]);
}

/** Undefined for one of another key or one that is damaged. `memory`, to be given to what this answers: an unused one. */
export function openSnapshot(key: string, snapshot: Buffer): ((memory: RubyMemory) => void) | undefined {
  const body = snapshot.subarray(2 * DIGEST);
  const isWhole =
    digestOf(key).equals(snapshot.subarray(0, DIGEST)) && digestOf(body).equals(snapshot.subarray(DIGEST, 2 * DIGEST));
  if (!isWhole) return undefined;
  return (memory) => {
    memory.grow(body.readUInt32LE() - memory.buffer.byteLength / PAGE);
    const bytes = Buffer.from(memory.buffer);
    for (let at = NUMBER; at < body.length; at += NUMBER + BLOCK)
      body.copy(bytes, body.readUInt32LE(at) * BLOCK, at + NUMBER, at + NUMBER + BLOCK);
  };
}

/** Undefined where there is none that can be read. */
export const readSnapshot = (file: string): Promise<Buffer | undefined> => readFile(file).catch(() => undefined);

/** Readers see the old one or the new one. One that cannot be kept is none: the next ruby starts as this one did. */
export async function keepSnapshot(file: string, snapshot: Buffer): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    if (!(await isOurs(path.dirname(file)))) return;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(unfinished, snapshot);
    await rename(unfinished, file);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** Root does not write into the folders of others: they could not write there afterwards. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return found === undefined ? isOurs(path.dirname(folder)) : found.uid === process.getuid?.();
}

const digestOf = (content: string | Uint8Array): Buffer => createHash('sha256').update(content).digest();

function numbered(number: number): Buffer {
  const bytes = Buffer.alloc(NUMBER);
  bytes.writeUInt32LE(number);
  return bytes;
}

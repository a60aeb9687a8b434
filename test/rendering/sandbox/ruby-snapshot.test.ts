import { describe, expect, it } from 'vitest';
import {
  loadRuby,
  resumeRuby,
  type RubyMemory,
  startRuby,
  unusedMemory,
} from '../../../rendering/sandbox/ruby-machine.ts';
import { openSnapshot, takeSnapshot } from '../../../rendering/sandbox/ruby-snapshot.ts';
import { PATIENT } from './dry-server.ts';

const PAGE = 65_536;

/** With these bytes at these places. */
function memoryOf(pages: number, bytes: Readonly<Record<number, number>>): RubyMemory {
  const memory = {
    buffer: new ArrayBuffer(pages * PAGE),
    grow(more: number): number {
      const before = memory.buffer;
      memory.buffer = new ArrayBuffer(before.byteLength + more * PAGE);
      new Uint8Array(memory.buffer).set(new Uint8Array(before));
      return before.byteLength / PAGE;
    },
  };
  for (const [place, byte] of Object.entries(bytes)) new Uint8Array(memory.buffer)[Number(place)] = byte;
  return memory;
}

describe('a snapshot of memory', () => {
  const unused = { 1: 7, 5000: 8, 9000: 9 };
  const used = memoryOf(3, { 1: 7, 5000: 0, 9000: 10, [2 * PAGE + 3]: 11 });

  it('makes an unused memory what the other was: changed, cleared and added bytes', () => {
    const fresh = memoryOf(1, unused);
    openSnapshot('key', takeSnapshot('key', used, memoryOf(1, unused)))?.(fresh);
    expect(Buffer.from(fresh.buffer).equals(Buffer.from(used.buffer))).toBe(true);
  });

  it('holds nothing of what is the same', () => {
    const [same, changed] = [takeSnapshot('', used, used), takeSnapshot('', used, memoryOf(1, unused))];
    expect(same.length).toBeLessThan(100);
    expect(changed.length - same.length).toBe(3 * 4100);
  });

  it('is of no use with another key, cut off, or with one byte changed', () => {
    const snapshot = takeSnapshot('key', used, memoryOf(1, unused));
    expect(openSnapshot('other key', snapshot)).toBeUndefined();
    for (const length of [0, 40, snapshot.length - 1])
      expect(openSnapshot('key', snapshot.subarray(0, length))).toBeUndefined();
    const damaged = Buffer.from(snapshot);
    damaged[200] = 1;
    expect(openSnapshot('key', damaged)).toBeUndefined();
  });
});

describe('a ruby that goes on from the memory of another', PATIENT, () => {
  it('knows what that one knew, sees nothing of its brothers, and draws numbers of its own', async () => {
    const program = await loadRuby();
    const ignore = (): void => undefined;
    const first = await startRuby(program, ignore);
    first.evaluate('KNOWN = %w[a b]; srand(1); rand');
    const snapshot = takeSnapshot('', first.memory, await unusedMemory(program));
    first.evaluate('KNOWN << "c"');
    const resume = () => resumeRuby(program, ignore, openSnapshot('', snapshot) ?? ignore);
    const [one, other] = [await resume(), await resume()];
    one.evaluate('class String; def upcase; "mine"; end; end');
    expect(one.evaluate('KNOWN.first.upcase')).toBe('mine');
    expect(other.evaluate('KNOWN.map(&:upcase).join')).toBe('AB');
    const drawn = [one, other].map((ruby) => ruby.evaluate('[rand, Random.bytes(8)].inspect'));
    expect(drawn[0]).not.toBe(drawn[1]);
    expect(drawn[0]?.slice(0, 10)).not.toBe(drawn[1]?.slice(0, 10));
  });
});

import { stripControls } from '../../domain/run/log.ts';
import type { Masker } from '../secrets/masking.ts';
import { cutEnded, type CutOptions, cutSettled, LINE_LIMIT } from './cut-line.ts';

/** The part of an incomplete line that has come so far. */
export interface Pending {
  readonly text: string;
  /** The first bytes of an incomplete character. */
  readonly bytes: Uint8Array;
}

export interface OutputLines {
  /** Masked, without control characters, long ones cut. */
  readonly lines: readonly string[];
  readonly pending: Pending;
}

interface SplitOptions extends CutOptions {
  /** The output ends with this chunk: the pending text becomes its last line. */
  readonly last?: boolean;
}

export const NOTHING_PENDING: Pending = { text: '', bytes: new Uint8Array() };

/**
 * Splits a command's output into lines. The chunks may end anywhere, also inside a character, a line or a secret. Of a line that
 * was overwritten (progress bars return to its start) only the last text is kept.
 */
export function splitOutput(before: Pending, chunk: Uint8Array, options: SplitOptions): OutputLines {
  const bytes = before.bytes.length === 0 ? chunk : Buffer.concat([before.bytes, chunk]);
  const complete = options.last === true ? bytes.length : completeLength(bytes);
  const ended = (before.text + decode(bytes.subarray(0, complete))).split('\n');
  const open = ended.pop() ?? '';
  const lines = ended.flatMap((line) => endLine(line, options));
  if (options.last === true) {
    // An empty rest is no line.
    const rest = endLine(open, options).filter((text) => text !== '');
    return { lines: [...lines, ...rest], pending: NOTHING_PENDING };
  }
  const { pieces, rest } = keepLine(open, options);
  return { lines: [...lines, ...pieces], pending: { text: rest, bytes: bytes.slice(complete) } };
}

/**
 * Makes one line of an engine's message, whatever it quotes: on a line of its own a quoted text could pass for the engine's, such
 * as `deploy 7 OK`. A long one is cut like output, with a mark at the start of every further piece. The engine's own words stay.
 */
export function splitMessage(text: string, masker: Masker): string[] {
  const options = { masker: { ...masker, mask: masker.maskOwn }, limit: LINE_LIMIT - CONTINUED.length };
  const lines = text.split(LINE_END).map((line) => masker.maskOwn(lastText(line, options).text).trim());
  const { pieces, rest } = cutEnded(lines.filter((line) => line !== '').join(' | '), options);
  return [...pieces, rest].map((piece, index) => (index === 0 ? piece : CONTINUED + piece));
}

const LINE_END = /[\n\u2028\u2029]/;
const CONTINUED = '... ';

// Replaces what is not UTF-8. A byte order mark at the start of a chunk is text like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Length without an incomplete last character: a first byte, among the last three, of a longer character. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return back < characterLength(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function characterLength(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}

function endLine(line: string, options: CutOptions): string[] {
  const { overwritten, text } = lastText(line, options);
  const { pieces, rest } = cutEnded(text, options);
  return [...overwritten, ...pieces, options.masker.mask(rest)];
}

function keepLine(line: string, options: CutOptions): { pieces: string[]; rest: string } {
  const { overwritten, text } = lastText(line, options);
  const { pieces, rest } = cutSettled(text, options);
  return { pieces: [...overwritten, ...pieces], rest: line.endsWith('\r') ? `${rest}\r` : rest };
}

/**
 * The text after the last carriage return, except for one at the very end, which may belong to the line's end. Of the overwritten
 * text, only the pieces that were cut off before the return came.
 */
function lastText(line: string, options: CutOptions): { overwritten: string[]; text: string } {
  if (!line.includes('\r')) return { overwritten: [], text: stripControls(line) };
  const texts = line.split(/\r+/).map(stripControls);
  if (line.endsWith('\r')) texts.pop();
  const text = texts.pop() ?? '';
  return { overwritten: texts.flatMap((earlier) => cutSettled(earlier, options).pieces), text };
}

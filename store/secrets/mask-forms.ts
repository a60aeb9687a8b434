import { quote } from '../../domain/command.ts';
import { stripControls } from '../../domain/run/log.ts';

/** Shorter values are not masked: that would blank out ordinary words. */
export const SHORTEST_MASKED = 4;
// Single lines of a multi-line secret (a PEM key) are masked from this length on.
const SHORTEST_LINE = 8;
// The constant part of a base64 text, if shorter than this, would match by chance.
const SHORTEST_EMBEDDED = 6;

/** Every way a secret may appear in a line of output; empty for values too short to mask. */
export function formsOf(value: string): string[] {
  const text = value.trim();
  const lines = text.split(/\r?\n/);
  const wholes = lines.length === 1 ? [value, text] : [value, text, ...lines.filter(isLongLine)];
  const forms = wholes.filter(isLong).flatMap((whole) => [whole, ...ENCODINGS.flatMap((encode) => encode(whole))]);
  const inOneLine = forms.filter((form) => !form.includes('\n')).map(stripControls);
  return [...new Set(inOneLine)].filter(isLong);
}

const isLong = (text: string): boolean => text.length >= SHORTEST_MASKED;
const isLongLine = (text: string): boolean => text.length >= SHORTEST_LINE;

const shell = (text: string): string[] => [
  quote(text).replace(/^'(.*)'$/s, '$1'),
  text.replaceAll(/["$`\\]/g, '\\$&'),
  text.replaceAll(/[^A-Za-z0-9_@%+=:,./\n-]/g, '\\$&'),
];

/** The whole value, and its constant part inside a longer text (`user:password`) at each of the three alignments. */
function base64(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString('base64');
  const embedded = [0, 1, 2].map((before) => {
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(first, end);
  });
  const all = [whole, whole.replace(/={1,2}$/, ''), ...embedded.filter((part) => part.length >= SHORTEST_EMBEDDED)];
  return [...all, ...all.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function url(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const strict = encoded.replaceAll(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [encoded, strict, encoded.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...forms, ...forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function json(text: string): string[] {
  const inner = JSON.stringify(text).slice(1, -1);
  const ascii = inner.replaceAll(/[\u0080-\uffff]/g, unicodeEscape);
  const html = inner.replaceAll(/[<>&]/g, unicodeEscape);
  return [inner, ascii, html, ...[inner, ascii].map((form) => form.replaceAll('/', '\\/'))];
}

const unicodeEscape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** In markup, with every spelling of the apostrophe. */
function html(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  return [escaped, quoted, ...['&#39;', '&#x27;', '&apos;'].map((sign) => quoted.replaceAll("'", sign))];
}

/** In SQL, YAML and CSV. */
const doubled = (text: string): string[] => [text.replaceAll("'", "''"), text.replaceAll('"', '""')];

function hex(text: string): string[] {
  const digits = Buffer.from(text).toString('hex');
  return [digits, digits.toUpperCase()];
}

/** The escapes programs use for bytes that are not ASCII: `\xC3\xBC`, `\303\274`. */
function escapedBytes(text: string): string[] {
  const written = (each: (byte: number) => string): string =>
    [...Buffer.from(text)].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : each(byte))).join('');
  const inHex = (byte: number): string => byte.toString(16);
  return [
    written((byte) => `\\x${inHex(byte)}`),
    written((byte) => `\\x${inHex(byte).toUpperCase()}`),
    written((byte) => `\\${byte.toString(8)}`),
  ];
}

/** The other Unicode normal forms. */
const composed = (text: string): string[] => [text.normalize('NFC'), text.normalize('NFD')];

const ENCODINGS = [shell, base64, url, json, html, doubled, hex, escapedBytes, composed];

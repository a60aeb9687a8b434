import { InputError, type Problem } from '../errors.ts';
import { phrase, type Text } from '../text/text.ts';
import { jsonPointer } from './json-pointer.ts';

type InputCode = 'InvalidConfiguration' | 'InvalidRequest';
type Path = readonly (string | number)[];

/** Levels of arrays and objects that a document may have. */
const MAX_DEPTH = 32;
/** Of one object. Far above what any input of ours has; what is looked at key by key must not take seconds. */
export const MAX_KEYS = 100;
const MAX_VALUES = 20_000;
const WHITE_SPACE = /[\t\n\r ]*/y;
const LITERAL = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** JSON forbids control characters inside a string. */
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

export interface JsonDocument {
  readonly value: unknown;
  /** Pointers of numbers that are not the text that was typed: `1e3`, `15.0`, `12345678901234567890`. */
  readonly respelled: ReadonlySet<string>;
}

/** As `parseJson`, for documents in which a number may stand for a text. */
export function readJson(text: string, code: InputCode = 'InvalidRequest'): JsonDocument {
  if (text.trim() === '') throw new InputError(code, [{ pointer: '', message: 'the body is empty; it must be JSON' }]);
  const reader = new JsonReader(text);
  const value = reader.document();
  if (reader.problems.length > 0) throw new InputError(code, reader.problems);
  return { value, respelled: reader.respelled };
}

/**
 * Parses JSON (RFC 8259) and refuses what `JSON.parse` lets through: a key twice in one object, the key `__proto__`,
 * more than 32 levels, numbers too large to hold. Duplicates are reported all at once; a syntax error ends the reading.
 * Throws InputError with the given code.
 */
export const parseJson = (text: string, code: InputCode = 'InvalidRequest'): unknown => readJson(text, code).value;

class JsonReader {
  readonly problems: Problem[] = [];
  readonly respelled = new Set<string>();
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    try {
      const value = this.#value([]);
      if (this.#at < this.#text.length) this.#fail([], 'unexpected text after the document');
      return value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return undefined;
    }
  }

  #value(path: Path): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES)
      this.#fail([], phrase('the document has more than {most} values', { most: MAX_VALUES }));
    this.#take(WHITE_SPACE);
    const value = this.#bareValue(path);
    this.#take(WHITE_SPACE);
    return value;
  }

  #bareValue(path: Path): unknown {
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(path);
    if (first === '[') return this.#array(path);
    if (first === '"') return this.#string(path);
    return this.#number(path) ?? this.#literal(path);
  }

  #object(path: Path): Record<string, unknown> {
    const members = new Map<string, unknown>();
    this.#list(path, '}', () => {
      this.#take(WHITE_SPACE);
      const key = this.#string(path);
      this.#take(WHITE_SPACE);
      if (!this.#skip(':')) this.#fail(path, 'expected a colon after the key');
      if (members.has(key)) this.#refuse([...path, key], 'the key appears twice');
      if (key === '__proto__') this.#refuse([...path, key], 'this key is not allowed');
      if (members.size >= MAX_KEYS) this.#fail(path, phrase('has more than {most} keys', { most: MAX_KEYS }));
      members.set(key, this.#value([...path, key]));
    });
    members.delete('__proto__');
    return Object.fromEntries(members);
  }

  #array(path: Path): unknown[] {
    const items: unknown[] = [];
    this.#list(path, ']', () => items.push(this.#value([...path, items.length])));
    return items;
  }

  /** Reads what stands between brackets, separated by commas. */
  #list(path: Path, end: string, readItem: () => void): void {
    if (path.length >= MAX_DEPTH) this.#fail(path, phrase('nested deeper than {most} levels', { most: MAX_DEPTH }));
    this.#at += 1;
    this.#take(WHITE_SPACE);
    if (this.#skip(end)) return;
    do readItem();
    while (this.#skip(','));
    if (!this.#skip(end)) this.#fail(path, phrase('expected a comma or {end}', { end }));
  }

  #string(path: Path): string {
    return JSON.parse(this.#take(STRING) ?? this.#fail(path, 'expected a text in double quotes')) as string;
  }

  #number(path: Path): number | undefined {
    const digits = this.#take(NUMBER);
    if (digits === undefined) return undefined;
    const value = Number(digits);
    if (!Number.isFinite(value)) this.#refuse(path, 'the number is too large');
    if (/^[0-9]/.test(this.#text.slice(this.#at, this.#at + 1)))
      this.#fail(path, 'a number must not begin with 0; if it is a text, put it in quotes');
    if (String(value) !== digits) this.respelled.add(jsonPointer(path));
    return value;
  }

  #literal(path: Path): boolean | null {
    return JSON.parse(this.#take(LITERAL) ?? this.#fail(path, 'expected a value')) as boolean | null;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #refuse(path: Path, message: Text): void {
    this.problems.push({ pointer: jsonPointer(path), message });
  }

  #fail(path: Path, message: Text): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    const place = phrase('line {line}, column {column}', {
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    });
    this.#refuse(path, phrase('{what} ({where})', { what: message, where: place }));
    throw new Unreadable();
  }
}

/** Ends the reading at the first error of syntax. */
class Unreadable extends Error {}

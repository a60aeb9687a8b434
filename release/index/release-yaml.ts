import { type Document, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';

/** Ruby writes version numbers and checksums as binary when they were ASCII-8BIT; they are still text. */
const BINARY_AS_TEXT: readonly ScalarTag[] = ['!binary', 'tag:yaml.org,2002:binary'].map((tag) => ({
  tag,
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
}));

const REPLACED = new Set(['tag:yaml.org,2002:binary', 'tag:yaml.org,2002:timestamp']);

/**
 * Reads YAML as Ruby does: version 1.1, base64 scalars as text.
 * Throws an Error with the parser's message for text that is not YAML.
 */
export const parseReleaseYaml = (text: string): unknown => parse(text, 'yaml-1.1').value;

interface Place {
  readonly file: string;
  /** What the problems' pointers start with. */
  readonly pointer: string;
}

interface Checked<Value> {
  readonly value: Value | undefined;
  readonly problems: Problem[];
}

/** `parseReleaseYaml` with a check of the shape: the value, or all its problems. */
export const checkedYaml = <Schema extends z.ZodType>(schema: Schema, text: string, place: Place) =>
  check(schema, () => parse(text, 'yaml-1.1'), place);

/**
 * Reads YAML without turning anything into numbers, so that versions and checksums stay as they are written
 * (`1.10`, `0123`, `12e4`); nothing is an empty text. Gives the value, or all its problems.
 */
export const checkedTexts = <Schema extends z.ZodType>(schema: Schema, text: string, place: Place) =>
  check(schema, () => parse(text, 'failsafe'), place);

function check<Schema extends z.ZodType>(
  schema: Schema,
  parsed: () => Parsed,
  { file, pointer }: Place,
): Checked<z.output<Schema>> {
  try {
    const { value, lineOf } = parsed();
    const { success, data, error } = schema.safeParse(value);
    if (success) return { value: data, problems: [] };
    const problems = error.issues.map(({ path, message }) => ({
      pointer: pointer + jsonPointer(path),
      message: `${message} (${file}${lineOf(path)})`,
    }));
    return { value: undefined, problems };
  } catch (error) {
    const message = `${file} is not YAML: ${(error as Error).message}`;
    return { value: undefined, problems: [{ pointer, message }] };
  }
}

interface Parsed {
  readonly value: unknown;
  /** ` line 3`, of the part at this path or of what it is in; empty where that is not known. */
  readonly lineOf: (path: readonly PropertyKey[]) => string;
}

/** Throws for what Ruby refuses too, such as Ruby objects; of equal keys the last counts, as in Ruby. */
function parse(text: string, schema: 'yaml-1.1' | 'failsafe'): Parsed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema,
    uniqueKeys: false,
    lineCounter,
    customTags: (tags) => [
      ...tags.filter((tag) => typeof tag !== 'object' || !REPLACED.has(tag.tag)),
      ...BINARY_AS_TEXT,
    ],
  });
  const error = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (error !== undefined) throw error;
  return { value: document.toJS({ maxAliasCount: 100 }), lineOf: (path) => lineOf(document, lineCounter, path) };
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[]) : undefined;
    if (range?.[0] !== undefined) return ` line ${lines.linePos(range[0]).line}`;
  }
  return '';
}

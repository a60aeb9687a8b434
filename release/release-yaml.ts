import { parseDocument } from 'yaml';
import type { ScalarTag } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../domain/errors.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';

/** Ruby writes version numbers and checksums as binary when they once were ASCII-8BIT; they are text all the same. */
const BINARY_AS_TEXT: readonly ScalarTag[] = ['!binary', 'tag:yaml.org,2002:binary'].map((tag) => ({
  tag,
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
}));

const REPLACED = new Set(['tag:yaml.org,2002:binary', 'tag:yaml.org,2002:timestamp']);

/**
 * Reads YAML as Ruby does: version 1.1, base64 scalars as text.
 * Throws an Error with the parser's words for text that is not YAML.
 */
export const parseReleaseYaml = (text: string): unknown => parse(text, 'yaml-1.1');

/**
 * Reads YAML without turning anything into numbers, so that versions and checksums stay as they are written
 * (`1.10`, `0123`, `12e4`); nothing is an empty text.
 */
const parseTexts = (text: string): unknown => parse(text, 'failsafe');

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
  check(schema, () => parseReleaseYaml(text), place);

/** `parseTexts` with a check of the shape: the value, or all its problems. */
export const checkedTexts = <Schema extends z.ZodType>(schema: Schema, text: string, place: Place) =>
  check(schema, () => parseTexts(text), place);

function check<Schema extends z.ZodType>(
  schema: Schema,
  parsed: () => unknown,
  { file, pointer }: Place,
): Checked<z.output<Schema>> {
  try {
    const { success, data, error } = schema.safeParse(parsed());
    if (success) return { value: data, problems: [] };
    const problems = error.issues.map(({ path, message }) => ({ pointer: pointer + jsonPointer(path), message }));
    return { value: undefined, problems };
  } catch (error) {
    const message = `${file} is not YAML: ${(error as Error).message}`;
    return { value: undefined, problems: [{ pointer, message }] };
  }
}

function parse(text: string, schema: 'yaml-1.1' | 'failsafe'): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    schema,
    customTags: (tags) => [
      ...tags.filter((tag) => typeof tag !== 'object' || !REPLACED.has(tag.tag)),
      ...BINARY_AS_TEXT,
    ],
  });
  const error = document.errors[0];
  if (error !== undefined) throw error;
  return document.toJS({ maxAliasCount: 100 });
}

import type { Request } from 'express';
import type { z } from 'zod';
import { InputError, type Problem } from '../../domain/errors.ts';
import { canonicalKeys, isObject } from '../../domain/schemas/canonical-keys.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import { plainWords } from '../../domain/schemas/plain-words.ts';
import { MAX_KEYS, parseJson } from '../../domain/schemas/strict-json.ts';
import { unpacked } from '../../domain/text/packed.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** The body as text, whatever its content type; empty when there is none. Throws `InvalidRequest`. */
export function bodyText({ body }: Request): string {
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InputError('InvalidRequest', [{ pointer: '', message: 'the body is not UTF-8' }]);
  }
}

/**
 * JSON body and query as one set of keys, because some clients cannot send a body. Throws `InvalidRequest` for a key that comes
 * twice.
 */
export function inputOf(request: Request): unknown {
  const text = bodyText(request).trim();
  const body: unknown = text === '' ? {} : parseJson(text);
  const query = queryOf(request);
  if (Object.keys(query).length === 0) return body;
  if (!isObject(body)) throw refused([{ pointer: '', message: 'must be an object where there is a query too' }]);
  const twice = Object.keys(query).filter((key) => Object.hasOwn(body, key));
  if (twice.length > 0) throw refused(twice.map((key) => problemWith(key, 'is in the query and in the body')));
  return { ...body, ...query };
}

/** The query; throws `InvalidRequest` where a key comes twice. */
export function queryOf({ originalUrl }: Pick<Request, 'originalUrl'>): Record<string, string> {
  const start = originalUrl.indexOf('?');
  return keysOnce(new URLSearchParams(start === -1 ? '' : originalUrl.slice(start)));
}

/** Throws `InvalidRequest` where a key comes twice. */
export function keysOnce(parameters: URLSearchParams): Record<string, string> {
  const keys = [...parameters.keys()];
  // Each key costs time, as in a body.
  if (keys.length > MAX_KEYS)
    throw refused([{ pointer: '', message: phrase('the query has more than {most} keys', { most: MAX_KEYS }) }]);
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) < index));
  if (twice.size > 0) throw refused([...twice].map((key) => problemWith(key, 'is given twice')));
  return Object.fromEntries(parameters);
}

const refused = (problems: readonly Problem[]): InputError => new InputError('InvalidRequest', problems);
const problemWith = (key: string, message: Text): Problem => ({ pointer: jsonPointer([key]), message });

/** The problems a schema found, with JSON pointers. */
export const problemsIn = (issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[]): Problem[] =>
  issues.map(({ path, message }) => ({ pointer: jsonPointer(path), message: unpacked(message) }));

/** Reads input whose keys may be in any case; throws `InvalidRequest` with all problems at once. */
export function readInput<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const { value, problems } = canonicalKeys(input, { keys: Object.keys(schema.shape) }, []);
  const result = schema.safeParse(value, { error: plainWords });
  const all = [...problems, ...problemsIn(result.error?.issues ?? [])];
  if (!result.success || all.length > 0) throw new InputError('InvalidRequest', all);
  return result.data;
}

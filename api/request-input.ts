import type { Request } from 'express';
import type { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import { canonicalKeys } from '../domain/schemas/canonical-keys.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import { plainWords } from '../domain/schemas/plain-words.ts';
import { parseJson } from '../domain/schemas/strict-json.ts';

/** The body as text, whatever its content type; empty when there is none. Throws `InvalidRequest`. */
export function bodyText({ body }: Request): string {
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InputError('InvalidRequest', [{ pointer: '', message: 'the body is not UTF-8' }]);
  }
}

/** What a request says: its JSON body, or its query for clients that cannot send one. Throws `InvalidRequest`. */
export function inputOf(request: Request): unknown {
  const text = bodyText(request).trim();
  return text === '' ? request.query : parseJson(text);
}

/** Reads an input whose keys may be written in any case; throws `InvalidRequest` with every problem at once. */
export function readInput<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const { value, problems } = canonicalKeys(input, { keys: Object.keys(schema.shape) }, []);
  const result = schema.safeParse(value, { error: plainWords });
  const issues = result.error?.issues ?? [];
  const all = [...problems, ...issues.map(({ path, message }) => ({ pointer: jsonPointer(path), message }))];
  if (!result.success || all.length > 0) throw new InputError('InvalidRequest', all);
  return result.data;
}

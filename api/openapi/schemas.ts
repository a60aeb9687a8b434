import { z } from 'zod';
import { isObject } from '../../domain/schemas/canonical-keys.ts';
import { NAMED } from './bodies/named.ts';

/** A JSON Schema, or a part of the document. */
export type Json = Readonly<Record<string, unknown>>;

const place = (id: string): string => `#/components/schemas/${id}`;

// As sent, and as received: what is read is described before it is transformed.
const OPTIONS = { io: 'input', unrepresentable: 'any' } as const;

/** The named schemas, as `components/schemas`, in order of their names. */
export function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(NAMED, { ...OPTIONS, uri: place });
  const sorted = Object.entries(schemas).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([id, schema]) => [id, tidy(schema)]));
}

/** A schema where it is used: a reference where it has a name, or is a list of what has one. */
export function schemaOf(schema: z.ZodType): Json {
  const named = NAMED.get(schema);
  if (named !== undefined) return { $ref: place(named.id) };
  if (schema instanceof z.ZodArray) return { type: 'array', items: schemaOf(schema.element as z.ZodType) };
  if (schema instanceof z.ZodUnion) return { anyOf: schema.options.map((each) => schemaOf(each as z.ZodType)) };
  return tidy(z.toJSONSchema(schema, OPTIONS)) as Json;
}

/** Leaves out what says the same a second time, in a way that readers and generators stumble over. */
function tidy(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(tidy);
  if (!isObject(schema)) return schema;
  const { $schema: _, $id: __, ...rest } = schema;
  if (typeof rest['format'] === 'string') delete rest['pattern'];
  if (rest['maximum'] === Number.MAX_SAFE_INTEGER) delete rest['maximum'];
  if (rest['minimum'] === Number.MIN_SAFE_INTEGER) delete rest['minimum'];
  return Object.fromEntries(Object.entries(withKeys(rest)).map(([key, value]) => [key, tidy(value)]));
}

/** Known keys one by one: generators make a type of them. */
function withKeys(schema: Record<string, unknown>): Record<string, unknown> {
  const { propertyNames, additionalProperties, ...rest } = schema;
  const names = isObject(propertyNames) ? propertyNames['enum'] : undefined;
  if (!Array.isArray(names)) return schema;
  const properties = Object.fromEntries(names.map((name) => [String(name), additionalProperties]));
  return { ...rest, properties, additionalProperties: false };
}

import { z } from 'zod';

/** A schema of `components/schemas`. */
interface Named {
  readonly id: string;
  readonly description: string;
}

/** Everything that has a name in the document, and is referred to by it. */
export const NAMED = z.registry<Named>();

/** Gives a schema its name in the document. */
export function named<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  NAMED.add(schema, { id, description });
  return schema;
}

/** ISO 8601, UTC. */
export const time = z.iso.datetime();

export const address = z.union([z.ipv4(), z.ipv6()]);

/** In the caller's language. */
export const text = z.string();

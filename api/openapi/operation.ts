import type { z } from 'zod';
import type { ErrorCode } from '../../domain/errors.ts';
import type { HEADERS } from './headers.ts';

/** What one method of one path takes and answers; who may call it is in the table of routes. */
export interface Operation {
  /** Names a function of generated clients. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Parameters of the query. */
  readonly query?: Readonly<Record<string, Parameter>>;
  /** Headers that it heeds. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes of its own, besides those that every route has. */
  readonly problems?: readonly ErrorCode[];
  /** It cannot fail in our words: it is the Web UI's. */
  readonly isForeign?: boolean;
}

/** Groups of operations, in the order that readers see. */
export const TAGS = ['Configuration', 'Deploys', 'Instances', 'Logs', 'Nodes', 'Engine', 'Callers', 'Pages'] as const;

type Tag = (typeof TAGS)[number];

export interface Parameter {
  /** The schema that it is validated with. */
  readonly schema: z.ZodType;
  readonly description: string;
}

/** By media type. */
export type Content = Readonly<Record<string, z.ZodType>>;

export interface Body {
  readonly description?: string;
  readonly isRequired: boolean;
  readonly content: Content;
}

export interface Answer {
  readonly description: string;
  /** Default: no body. */
  readonly content?: Content;
  /** Those that come every time, then those that may come. */
  readonly headers?: readonly HeaderName[];
  readonly maybe?: readonly HeaderName[];
}

export type HeaderName = keyof typeof HEADERS;

export type Operations = Readonly<Record<string, Operation>>;

export const json = (schema: z.ZodType): Content => ({ 'application/json': schema });

import { z } from 'zod';
import type { Problem } from '../../domain/errors.ts';
import { pathInside } from '../archive/archive-entry.ts';
import { checkedTexts } from './release-yaml.ts';

/** Tens of times as many as cf-release has, and few enough to follow dependencies recursively. */
const MOST_ENTRIES = 2000;

/** Becomes a file name, so it must not point elsewhere. */
const name = z.string().refine((value) => /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(value), 'is not a name');

const path = z.string().refine((value) => pathInside(value) !== undefined, 'leads out of the job: write a path inside');

const target = path.refine(
  (value) => pathInside(value) !== 'monit',
  "is the place of the job's monit entry: give the template another target",
);

/** A key without value means the same as no key. */
export const optional = <Schema extends z.ZodType>(schema: Schema, absent: z.output<Schema>) =>
  z.preprocess((value) => (value === '' ? absent : (value ?? absent)), schema);

export const optionalText = optional(z.string().optional(), undefined);

const entry = z.object({
  name,
  version: optionalText,
  fingerprint: optionalText,
  sha1: optionalText,
  dependencies: optional(z.array(name), []),
});

/** Either a list of entries, or a map from name to the rest of the entry. */
const entries = z.preprocess(
  (value) =>
    isMap(value) ? Object.entries(value).map(([key, rest]) => ({ ...(isMap(rest) ? rest : {}), name: key })) : value,
  z.array(entry).max(MOST_ENTRIES),
);

export type IndexEntry = z.output<typeof entry>;

const releaseIndex = z.object({ name, version: z.string().min(1), jobs: entries, packages: entries });

/** What `release.MF` or a file of `releases/` says of a release, all scalars as texts. */
export type ReleaseIndex = z.output<typeof releaseIndex>;

/** Parses the text of the file; undefined when there is none. */
export function parseReleaseIndex(
  text: string | undefined,
  file: string,
): { readonly index: ReleaseIndex | undefined; readonly problems: Problem[] } {
  if (text === undefined) return { index: undefined, problems: [{ pointer: '', message: `has no ${file}` }] };
  const { value, problems } = checkedTexts(releaseIndex, text, { file, pointer: '' });
  return { index: value, problems };
}

const isFinite = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(isFinite)
    : typeof value !== 'number' || Number.isFinite(value);

/** BOSH keeps defaults as JSON. */
const declaration = z
  .unknown()
  .refine((value) => typeof value === 'string' || value === null || isMap(value), {
    message: 'must be a mapping with description and default',
    abort: true,
  })
  .refine(
    (value) => !isMap(value) || isFinite(value['default']),
    'has a default that is not a finite number: write a number, or a text in quotes',
  );

/** The parts of `job.MF` we need. A job without `properties` sees the whole manifest, so this must differ from `{}`. */
export const jobSpecification = z.object(
  {
    packages: optional(z.array(name, 'must be a list of package names'), []),
    templates: optional(
      z.record(path, target, 'must be a mapping from source to target, such as ctl.erb: bin/ctl'),
      {},
    ),
    properties: z
      .record(z.string(), declaration, 'must be a mapping from names to declarations')
      .nullish()
      .transform((properties) => (properties ? declared(properties) : undefined)),
  },
  'must be a mapping with the keys name, templates and packages',
);

/** Keeps the defaults and drops the descriptions; v160's login declares two that are plain texts. */
const declared = (properties: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(properties).map(([key, definition]): [string, { readonly default?: unknown }] => [
      key,
      isMap(definition) && 'default' in definition ? { default: definition['default'] } : {},
    ]),
  );

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

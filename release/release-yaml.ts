import { parseDocument } from 'yaml';
import type { ScalarTag } from 'yaml';

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
export const parseTexts = (text: string): unknown => parse(text, 'failsafe');

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

import { Document, type ScalarTag } from 'yaml';
import type { Manifest } from '../domain/manifest/manifest.ts';
import type { PropertyValue } from '../domain/versions/property-table.ts';

/** Words that Ruby reads as something else than text; `y` and `n` are so in other readers of YAML 1.1. */
const RESERVED = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n']);

/**
 * Writes a manifest as YAML 1.1 that Ruby's psych, of 1.9.3 as of today, reads back as the same values. Whatever is not
 * plainly a word is quoted, so no text turns into a number (`12:30:45`, `1_000`, `0x1`, `12e4`), a switch (`yes`), a
 * date, a symbol or a merge key. Texts of several lines, such as keys in PEM, become literal blocks.
 */
export function manifestToYaml(manifest: Manifest | PropertyValue): string {
  const document = new Document(manifest, {
    version: '1.1',
    merge: false,
    aliasDuplicateObjects: false,
    customTags: (tags) => [TEXT, NUMBER, ...tags.filter((tag) => typeof tag === 'object' && KEPT.has(tag.tag))],
  });
  return document.toString({ directives: false, lineWidth: 0 });
}

/** Makes a `manifestToYaml` for manifests that have most of their sections in common, as those of a cluster have. */
export function createManifestWriter(): (manifest: Manifest) => string {
  const known = new Map<string, string>();
  return (manifest) =>
    Object.entries(manifest)
      .map(([name, value]) => {
        const section = { [name]: value as PropertyValue };
        const key = JSON.stringify(section);
        const text = known.get(key) ?? manifestToYaml(section);
        known.set(key, text);
        return text;
      })
      .join('');
}

/** The library's own tags that serve us; the others, merge keys among them, would only get in the way. */
const KEPT = new Set(['map', 'seq', 'bool', 'null'].map((name) => `tag:yaml.org,2002:${name}`));

const TEXT: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string',
  resolve: (text) => text,
  stringify: ({ value }, { indent, implicitKey }) => textToYaml(value as string, indent, implicitKey === true),
};

/** Ruby takes `1e+21` for a text: its floats have a point. */
const NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: (value) => typeof value === 'number',
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, '$1.0e'),
};

function textToYaml(text: string, indent: string, isKey: boolean): string {
  if (/^[A-Za-z][\w./-]*$/.test(text) && !RESERVED.has(text.toLowerCase())) return text;
  // Ruby merges under a quoted key as well, unless it is said to be a text.
  if (text === '<<') return '!!str "<<"';
  if (!isKey && isBlock(text)) return `|\n${text.trimEnd().replace(/^/gm, indent)}`;
  return quoted(text);
}

/** Lines of visible ASCII that end in one line break, the first of them not indented. */
const isBlock = (text: string): boolean => /^[!-~][ -~]*\n(?:[ -~]+\n)+$/.test(text) && !/ \n/.test(text);

/** Double quotes with everything but ASCII escaped, so that no reader folds or refuses a character. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[^ -~]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });

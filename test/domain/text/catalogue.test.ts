import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../domain/text/catalogue.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CHINESE = join(ROOT, 'domain/text/chinese');

/** Whose Chinese is a word that the product document leaves as it is, or signs alone. */
const WITHOUT_HAN = ['**{target}** on {address}: `{code}` {why}', 'packages', 'the API is'];

const entries = Object.entries<string>(CATALOGUE);
const placesOf = (template: string): string[] =>
  [...new Set([...template.matchAll(/\{(\w+)\}/g)].map(([place]) => place))].toSorted();

const sources = execFileSync('git', ['ls-files', '*.ts', '*.js'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => !file.startsWith('test/') && !file.startsWith('domain/text/chinese/'))
  .map((file) => ({ file, source: readFileSync(join(ROOT, file), 'utf8') }));

/** As it stands in a source: in quotes of any kind, or in a template with parts that are chosen while it runs. */
const text = sources
  .map(({ source }) => source)
  .join('\n')
  .replaceAll(/\\(['"`])/g, '$1');

/** `session ${what} by {caller}` may be any of several templates. */
const composed = [
  ...text.matchAll(/phrase\(\s*`((?:[^`\\]|\\.)*)`/g),
  ...text.matchAll(/`((?:[^`\\]|\\.)*)` as const/g),
].map(([, template = '']) => {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return { length: parts.join('').length, pattern: new RegExp(`^${parts.join('[^]*?')}$`) };
});

const isUsed = (template: string): boolean =>
  text.includes(`'${template}'`) ||
  text.includes(`"${template}"`) ||
  text.includes(`\`${template}\``) ||
  text.includes(`'${template.replaceAll('\n', String.raw`\n`)}'`) ||
  // A record of states or names has some as its keys.
  new RegExp(String.raw`\b${template.replaceAll(/\W/g, String.raw`\$&`)}:`).test(text) ||
  composed.some(({ length, pattern }) => length >= 5 && pattern.test(template));

/** Whose texts callers, or operators at the log and at the Web UI, may read. */
const SPEAKING = /^(activation|activities|api|cluster|domain|ssh|store|temporal|workflows)\//;
/** Says nothing to people, is a program of the vendor, or says in English and Chinese what it says. */
const SILENT = /^(activation\/issue|api\/openapi)\/|^domain\/text\//;
/** A text that is given as it stands: to an error, or as a reason, finding or title. */
const GIVEN =
  /(?:new DeploymentEngineError\(\s*'\w+',\s*|\brefused\(\s*|\b(?:reason|message|why|what|remedy|title|detail): )(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/** With these an engine does not start, so that nobody can call it; the last is the name of a command. */
const UNTRANSLATED = [
  'DATABASE_URL: ',
  'DEPLOYMENT_ENGINE_ACTIVATION_KEY: ',
  'The master key must be 64 hexadecimal digits.',
  'read ${path}',
];

const untranslatedIn = ({ file, source }: { readonly file: string; readonly source: string }): string[] =>
  !SPEAKING.test(file) || SILENT.test(file)
    ? []
    : [...source.matchAll(GIVEN)]
        .map(([, single, double, template]) => (single ?? double ?? template ?? '').replaceAll(/\\(['"`])/g, '$1'))
        .filter((said) => said.includes(' ') && !Object.hasOwn(CATALOGUE, said))
        .filter((said) => !UNTRANSLATED.some((start) => said.startsWith(start)))
        .map((said) => `${file}: ${said}`);

describe('the catalogue', () => {
  it.each(['domain/text/chinese'])('has every entry of %s once', () => {
    const files = readdirSync(CHINESE).map((file) => readFileSync(join(CHINESE, file), 'utf8'));
    const keys = files.flatMap((file) =>
      [...file.matchAll(/^ {2}(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\w+)):/gm)].map(
        ([, single, double, bare]) => single ?? double ?? bare ?? '',
      ),
    );
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    expect(twice).toEqual([]);
    expect(keys).toHaveLength(entries.length);
  });

  it('has the same places in both languages', () => {
    const differing = entries.filter(([english, chinese]) => placesOf(english).join() !== placesOf(chinese).join());
    expect(differing).toEqual([]);
  });

  it('has Chinese for whatever has words', () => {
    const words = (template: string): string => template.replaceAll(/\{\w+\}/g, '').replaceAll(/remote-unknown/g, '');
    const untranslated = entries.filter(
      ([english, chinese]) => /[A-Za-z]{2}/.test(words(english)) && !/\p{Script=Han}/u.test(chinese),
    );
    expect(untranslated.map(([english]) => english).toSorted()).toEqual(WITHOUT_HAN);
  });

  it('has whatever is said without a phrase', () => {
    expect(sources.flatMap(untranslatedIn)).toEqual([]);
  });

  it('has nothing that no source says', () => {
    expect(entries.map(([english]) => english).filter((english) => !isUsed(english))).toEqual([]);
  });
});

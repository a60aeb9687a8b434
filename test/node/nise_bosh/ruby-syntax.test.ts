import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../../node/nise_bosh', import.meta.url).pathname;
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rb') || path === 'bin/nise-bosh')
  .map((path) => join(FOLDER, path));

// What ruby 1.9.3 lacks, or 3.x took away.
const FORBIDDEN: readonly [name: string, pattern: RegExp][] = [
  ['safe navigation', /&\.[a-z_]/],
  ['squiggly heredoc', /<<~/],
  ['symbol lists', /%[iI][[({]/],
  ['keyword arguments in definitions', /def [\w.?!]+\(.*\b\w+:(?!:)/],
  ['new hash syntax', /[({,]\s*[a-z_]+: /],
  ['File.exists?', /\b(File|Dir|FileTest)\.exists\?/],
  ['taint', /\b(un)?taint(ed\?)?\b/],
  ['Fixnum and Bignum', /\b(Fixnum|Bignum)\b/],
  ['String from 2.x', /\.(match\?|delete_prefix|delete_suffix|unpack1|casecmp\?|scrub|b)\b/],
  [
    'collections from 2.x',
    /\.(to_h|dig|sum|transform_(values|keys)|filter_map|each_entry|filter|tally|lazy|bsearch|slice)\b/,
  ],
  ['Object from 2.x', /\.(itself|yield_self|then|public_send\?)\b/],
  ['Dir and Process from 2.x', /\b(__dir__|Dir\.(children|each_child|empty\?)|clock_gettime)\b/],
  ['private with a definition', /^\s*(private|private_class_method|module_function) (def|:)/],
  ['prepend and refinements', /^\s*(prepend|refine|using) /],
  ['endless ranges and methods', /\.\.\]|def \w+(\(.*\))? = /],
  ['gems', /^\s*(require 'rubygems|gem )/],
];

/** Brings these back for templates. */
const RESTORING = 'older_ruby.rb';
const RESTORED = new Set(['File.exists?', 'taint', 'Fixnum and Bignum']);

// Debian: ruby-whitequark-parser.
const parserAvailable = spawnSync('ruby', ['-W0', '-e', "require 'parser/ruby19'"]).status === 0;
const PARSE = "require 'parser/ruby19'; ARGV.each { |file| Parser::Ruby19.parse(File.read(file), file) }";

describe('ruby that runs on 1.9.3 as on 3.4', () => {
  it.each(FILES.map((path) => [basename(path), path]))('%s uses nothing newer', (file, path) => {
    const lines = readFileSync(path, 'utf8').split('\n');
    const forbidden = FORBIDDEN.filter(([name]) => file !== RESTORING || !RESTORED.has(name));
    const found = lines.flatMap((line, position) =>
      forbidden
        .filter(([, pattern]) => pattern.test(line.replace(/^\s*#.*/, '')))
        .map(([name]) => `${position + 1}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('is ASCII, which needs no encoding comment', () => {
    // oxlint-disable-next-line no-control-regex
    expect(FILES.filter((path) => /[^\x00-\x7f]/.test(readFileSync(path, 'utf8')))).toEqual([]);
  });

  it('has no warnings', () => {
    const told = FILES.map((path) => execFileSync('ruby', ['-wc', path], { encoding: 'utf8' }).trim());
    expect(new Set(told)).toEqual(new Set(['Syntax OK']));
  });

  it.skipIf(!parserAvailable)('is understood by a parser of 1.9 (needs ruby-whitequark-parser)', () => {
    expect(spawnSync('ruby', ['-W0', '-e', PARSE, ...FILES], { encoding: 'utf8' }).stderr).toBe('');
  });
});

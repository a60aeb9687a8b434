import { spawnSync } from 'node:child_process';

const LOAD = 'YAML.respond_to?(:unsafe_load) ? YAML.unsafe_load_file(file) : YAML.load_file(file)';
const PARSERS: readonly [pattern: RegExp, words: string[]][] = [
  [/\.ya?ml$/, ['ruby', '-ryaml', '-e', `ARGV.each { |file| ${LOAD} }`]],
  [/\.json$/, ['ruby', '-rjson', '-e', 'ARGV.each { |file| JSON.parse(File.read(file)) }']],
  [/\.rb$/, ['ruby', '-e', 'ARGV.each { |file| RubyVM::InstructionSequence.compile_file(file) }']],
  [/_ctl$/, ['sh', '-c', 'for file; do bash -n "$file"; done', 'sh']],
];

/** What the parsers of YAML, JSON, Ruby and shell say against the files; empty when they accept all. */
export const parseErrors = (files: readonly string[]): string =>
  PARSERS.map(([pattern, [program = '', ...words]]) => {
    const matching = files.filter((path) => pattern.test(path));
    return spawnSync(program, [...words, ...matching], { encoding: 'utf8' }).stderr;
  }).join('');

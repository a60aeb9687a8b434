import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const SOURCES = join(import.meta.dirname, '../../sample/cf-lite/src');
export const LIBRARY = join(SOURCES, 'cf_lite_ruby/lib');

export const hasRuby = await run('ruby', ['-v']).then(
  () => true,
  () => false,
);

const PRELUDE = `
  require 'cf_lite'
  require 'cf_lite/token'
  def answer(object) = puts(JSON.generate(object))
`;

/** Runs a Ruby script with cf-lite's library at hand; gives what the script passes to `answer`. */
export async function ruby(script: string, ...parameters: string[]): Promise<unknown> {
  const { stdout } = await run('ruby', ['-I', LIBRARY, '-I', SOURCES, '-e', PRELUDE + script, '--', ...parameters]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

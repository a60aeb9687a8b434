import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadRuby, resumeRuby, type RubyMachine, rubyText, startRuby, unusedMemory } from './ruby-machine.ts';
import { keepSnapshot, openSnapshot, readSnapshot, takeSnapshot } from './ruby-snapshot.ts';

const NISE_BOSH = path.join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh');
const LOADER = path.join(import.meta.dirname, 'dry-rendering.rb');
const DRY_RUBY = path.join(import.meta.dirname, 'dry-ruby');

/**
 * A ruby that has loaded what renders templates. `file`: of the memory of an earlier one, which it begins with if it has
 * the same program and the same code; otherwise it loads them, and keeps its own memory there. Default: none.
 */
export async function prepareRuby(
  file: string | undefined,
  onOutput: (bytes: Uint8Array) => void,
): Promise<RubyMachine> {
  const steps = preparation();
  const [program, kept] = await Promise.all([loadRuby(), file === undefined ? undefined : readSnapshot(file)]);
  const key = JSON.stringify([program.digest, ...steps]);
  const restore = kept && openSnapshot(key, kept);
  if (restore !== undefined) return resumeRuby(program, onOutput, restore);
  const ruby = await startRuby(program, onOutput);
  for (const step of steps) ruby.evaluate(step);
  if (file !== undefined) await keepSnapshot(file, takeSnapshot(key, ruby.memory, await unusedMemory(program)));
  return ruby;
}

/**
 * Ruby asks for memory by the page, and each growth has V8 renew its view of the memory and collect garbage. None of this is
 * used up before it is written to.
 */
const ROOM = 'String.new(capacity: 128 * 1024 ** 2).clear';

/** What ruby evaluates, in this order. */
const preparation = (): string[] => [
  ROOM,
  ...['node_only', 'changed_ruby', 'socket', 'timeout'].map(dryRuby),
  readFileSync(LOADER, 'utf8'),
  `RequireSources::SOURCES.update(JSON.parse(${rubyText(JSON.stringify(sources()))}))`,
  `require ${rubyText(path.join(NISE_BOSH, 'rendering'))}`,
  ...['files', 'commands', 'machine', 'rendering'].map(dryRuby),
];

function sources(): Record<string, string> {
  const files = readdirSync(NISE_BOSH, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rb'));
  return Object.fromEntries(
    files.map((file) => [
      path.join(NISE_BOSH, file.slice(0, -'.rb'.length)),
      readFileSync(path.join(NISE_BOSH, file), 'utf8'),
    ]),
  );
}

const dryRuby = (name: string): string => readFileSync(path.join(DRY_RUBY, `${name}.rb`), 'utf8');

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keepFile, readKept } from '../kept-file.ts';
import {
  loadRuby,
  resumeRuby,
  type RubyMachine,
  type RubyProgram,
  rubyText,
  startRuby,
  unusedMemory,
} from './ruby-machine.ts';
import { openSnapshot, takeSnapshot } from './ruby-snapshot.ts';

const NISE_BOSH = path.join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh');
const LOADER = path.join(import.meta.dirname, 'dry-rendering.rb');
const DRY_RUBY = path.join(import.meta.dirname, 'dry-ruby');

/** What rubies are made of, read before anybody needs one. */
export interface PreparedRuby {
  /** A ruby that has loaded what renders templates. `onOutput` gets what it writes to standard output. */
  start(onOutput: OnOutput): Promise<RubyMachine>;
  /** One that has also read these jobs (dry-render-protocol.ts), as its `$dry`. */
  startWith(jobs: string, onOutput: OnOutput): Promise<RubyMachine>;
}

type OnOutput = (bytes: Uint8Array) => void;

/** Characters of jobs that take longer to read than a memory takes to be kept. */
const WORTH_KEEPING = 50_000;

/**
 * `file`: of the memory of an earlier ruby, which a later one begins with if it has the same program and the same code;
 * otherwise it loads them, and keeps its own memory there. The same for one with jobs, in a file beside it. Default: none.
 */
export async function prepareRuby(file?: string): Promise<PreparedRuby> {
  const [program, withoutJobs, withJobs] = await Promise.all([
    loadRuby(),
    keptMemory(file),
    keptMemory(file === undefined ? undefined : `${file}-with-jobs`),
  ]);
  const steps = preparation();
  const key = JSON.stringify([program.id, ...steps]);
  const start = (onOutput: OnOutput): Promise<RubyMachine> =>
    withoutJobs.resume(key, program, onOutput, async () => {
      const ruby = await startRuby(program, onOutput);
      for (const step of steps) ruby.evaluate(step);
      return ruby;
    });
  return {
    start,
    async startWith(jobs, onOutput) {
      const make = async (): Promise<RubyMachine> => {
        const ruby = await start(onOutput);
        ruby.evaluate(`$dry = NiseBosh::DryRendering.reading(${rubyText(jobs)})`);
        return ruby;
      };
      return jobs.length < WORTH_KEEPING ? make() : withJobs.resume(`${key}${jobs}`, program, onOutput, make);
    },
  };
}

/** The memory in this file. */
async function keptMemory(file: string | undefined) {
  const kept = file === undefined ? undefined : await readKept(file);
  return {
    /** A ruby that begins with it, else a new one, whose memory is kept. */
    async resume(
      key: string,
      program: RubyProgram,
      onOutput: OnOutput,
      make: () => Promise<RubyMachine>,
    ): Promise<RubyMachine> {
      const restore = kept && openSnapshot(key, kept);
      if (restore !== undefined) return resumeRuby(program, onOutput, restore);
      const ruby = await make();
      if (file !== undefined) await keepFile(file, takeSnapshot(key, ruby.memory, await unusedMemory(program)));
      return ruby;
    },
  };
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

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { DeploymentEngineError } from '../../domain/errors.ts';

/** A process with ruby for one rendering; dry-render-protocol.ts says what it reads and writes. */
export type Ruby = ChildProcessByStdio<Writable, Readable, null>;

/** Starts such processes, and has one ready where somebody will soon need it. */
export interface Rubies {
  /** One that was given this line with jobs: the one that is ready, else a new one. Throws `EnvironmentLacking`. */
  start(jobs: string): Promise<Ruby>;
  /** Has one ready for the next `start`, for some minutes: it takes 130 MB. It reads the jobs of the `start` before. */
  prepare(): void;
  /** Ends the one that is ready. */
  close(): void;
}

interface RubiesOptions {
  /** Of ruby's memory; it starts with 200, most of it unused. Default 512. */
  readonly memoryMiB?: number;
  /** Gets the memory of a ruby that has loaded everything, for those after it (ruby-snapshot.ts). Default: each loads by itself. */
  readonly snapshotFile?: string;
  /** How long one is kept ready. Default: ten minutes. */
  readonly keptMs?: number;
}

const CHILD = path.join(import.meta.dirname, 'dry-renderer-child.ts');
/** A page of WebAssembly's memory. */
const PAGES_PER_MIB = 16;
/** Optimising what runs for a second or two takes longer than running it. */
const UNOPTIMISED = '--liftoff-only';
/** A rendering calls a third of ruby's functions. */
const VALIDATED_WHEN_CALLED = '--wasm-lazy-validation';

/** In the engine's cache. */
export const snapshotFile = (cacheDir: string): string => path.join(cacheDir, 'rendering', 'ruby');

export function createRubies({ memoryMiB = 512, keptMs = 600_000, snapshotFile: file }: RubiesOptions = {}): Rubies {
  let ready: Ready | undefined;
  let lastJobs: string | undefined;

  const take = (): Ready | undefined => {
    clearTimeout(ready?.until);
    const taken = ready;
    ready = undefined;
    return taken;
  };
  const end = (): void =>
    void take()?.ruby.then(
      (ruby) => ruby.kill('SIGKILL'),
      // A spare one that could not be started is no loss.
      () => undefined,
    );

  return {
    async start(jobs) {
      lastJobs = jobs;
      const prepared = take();
      const ruby = await prepared?.ruby.catch(() => undefined);
      if (ruby !== undefined && isAlive(ruby)) {
        if (prepared?.jobs === jobs) return ruby;
        if (prepared?.jobs === undefined) return given(ruby, jobs);
        ruby.kill('SIGKILL');
      }
      return given(await startRuby(memoryMiB, file), jobs);
    },
    prepare() {
      if (ready !== undefined) return;
      const jobs = lastJobs;
      const ruby = startRuby(memoryMiB, file).then((started) => (jobs === undefined ? started : given(started, jobs)));
      // Who needs it hears of it.
      ruby.catch(() => undefined);
      ready = { ruby, jobs, until: setTimeout(end, keptMs).unref() };
    },
    close: end,
  };
}

interface Ready {
  readonly ruby: Promise<Ruby>;
  /** What it was given. */
  readonly jobs: string | undefined;
  readonly until: NodeJS.Timeout;
}

function given(ruby: Ruby, jobs: string): Ruby {
  ruby.stdin.write(`${jobs}\n`);
  return ruby;
}

const isAlive = ({ exitCode, signalCode }: Ruby): boolean => exitCode === null && signalCode === null;

/** Without the caller's environment, but for where Node keeps what it has compiled; ends when the caller ends. */
async function startRuby(memoryMiB: number, file: string | undefined): Promise<Ruby> {
  const node = [
    process.execPath,
    UNOPTIMISED,
    VALIDATED_WHEN_CALLED,
    `--wasm-max-mem-pages=${memoryMiB * PAGES_PER_MIB}`,
  ];
  const child = [CHILD, ...(file === undefined ? [] : [file])];
  const ruby: Ruby = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...node, ...child], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
  });
  // A write to a dead process fails; its missing answers show that.
  ruby.stdin.on('error', () => undefined);
  await once(ruby, 'spawn').catch((cause: unknown) => {
    throw new DeploymentEngineError('EnvironmentLacking', 'The command setpriv of util-linux is needed to render', {
      cause,
    });
  });
  return ruby;
}

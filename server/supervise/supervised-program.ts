import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { nextDelay } from './back-off.ts';
import { waitUntilFree } from './port-claim.ts';
import type { Program } from './program.ts';

/** How a program ended: an exit code, a signal, or the reason it could not even be started. */
export type End = number | NodeJS.Signals | Error;

interface Surroundings {
  readonly logFile: string;
  readonly log: Logger;
  /** Called each time the program ends without being asked to. */
  readonly onEnd: (end: End) => void;
}

/** Keeps one program running until it is stopped. */
export class SupervisedProgram {
  readonly #program: Program;
  readonly #surroundings: Surroundings;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #life: Promise<void> = Promise.resolve();

  constructor(program: Program, surroundings: Surroundings) {
    this.#program = program;
    this.#surroundings = surroundings;
  }

  get name(): string {
    return this.#program.name;
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#life = this.#keepAlive();
  }

  /** Sends SIGTERM, after the program's `stopWithin` SIGKILL; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    const ended = await Promise.race([this.#life.then(() => true), sleep(this.#program.stopWithin, false)]);
    if (ended) return;
    this.#surroundings.log.warn({ program: this.name }, 'did not stop in time, killed');
    this.#child?.kill('SIGKILL');
    await this.#life;
  }

  async #keepAlive(): Promise<void> {
    const { log, onEnd } = this.#surroundings;
    let delay: number | undefined;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      const end = await this.#runOnce();
      if (this.#stopping.signal.aborted) return;
      delay = nextDelay(delay, performance.now() - startedAt);
      log.error({ program: this.name, end: String(end), restartInMs: delay }, 'program ended');
      onEnd(end);
      await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #runOnce(): Promise<End> {
    const { ports, name } = this.#program;
    try {
      await waitUntilFree(ports, { signal: this.#stopping.signal });
      if (this.#stopping.signal.aborted) return 'SIGTERM';
      this.#child = this.#spawn();
      const exit = once(this.#child, 'exit');
      this.#surroundings.log.info({ program: name, pid: this.#child.pid }, 'program started');
      const [code, signal] = (await exit) as [number | null, NodeJS.Signals | null];
      return code ?? signal ?? new Error('ended without a code');
    } catch (error) {
      return error as Error;
    } finally {
      this.#child = undefined;
    }
  }

  #spawn(): ChildProcess {
    const { command, env } = this.#program;
    const output = openSync(this.#surroundings.logFile, 'a', 0o600);
    try {
      // The kernel sends SIGTERM to the program when this process dies for any reason.
      return spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], {
        env,
        stdio: ['ignore', output, output],
        // Ctrl-C goes to the whole process group: in groups of their own, programs are stopped by us, in order.
        detached: true,
      });
    } finally {
      closeSync(output);
    }
  }
}

import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { connectionLost } from '../node-errors.ts';
import { breakOffWhen, isLost, type Patience } from '../runner/break-off.ts';
import { createFrame } from '../runner/framed-stream.ts';
import { createTail, KEPT } from '../runner/marked-stream.ts';
import type { Program } from '../runner/programs.ts';
import type { RunningProgram } from '../runner/running-program.ts';
import type { Ending, RemoteProcess } from './remote-process.ts';

/** A root shell that runs one program after the other: logging in costs a node more than most programs. */
export interface RootShell {
  /** Undefined: the shell ended before the program began. */
  run(address: string, program: Program, patience: Patience): Promise<RunningProgram | undefined>;
  readonly ended: Promise<Ending>;
  /** When it logged in. */
  readonly since: number;
  close(): void;
}

/** A shell that does not start the program in this time is taken for dead; others wait for the node meanwhile. */
const BEGIN_MS = 30_000;
const LOST: Ending = { exitCode: undefined, signal: undefined };

interface Listener {
  output(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  end(ending: Ending): void;
}

/** @param rested Called each time a program has ended and the shell is free. */
export function createRootShell(remote: RemoteProcess, rested: (shell: RootShell) => void): RootShell {
  // Between programs, output comes from processes that a program has left behind; it is dropped.
  let listener: Listener | undefined;
  remote.stdout.on('data', (chunk: Buffer) => listener?.output(chunk));
  remote.stderr.on('data', (chunk: Buffer) => listener?.stderr(chunk));
  let hasEnded = false;
  void remote.ended.then((ending) => {
    hasEnded = true;
    listener?.end(ending);
  });
  remote.stdout.resume();
  remote.stderr.resume();

  const shell: RootShell = {
    ended: remote.ended,
    since: Date.now(),
    close: () => remote.close(),
    async run(address, program, patience) {
      if (hasEnded) return undefined;
      const mark = randomBytes(16).toString('hex');
      const [output, frame, stderr] = [new PassThrough(), createFrame(mark), createFrame(mark)];
      const kept = createTail(KEPT);
      let isOver = false;
      const begun = Promise.withResolvers<void>();
      const over = Promise.withResolvers<Ending>();
      const settle = (): void => {
        const exitCode = frame.exitCode();
        if (exitCode !== undefined && !output.writableEnded) {
          output.end();
          // The next program must not wait for this one's reader.
          remote.stdout.resume();
        }
        if (isOver || exitCode === undefined || stderr.exitCode() === undefined) return;
        listener = undefined;
        end({ exitCode, signal: undefined });
        rested(shell);
      };
      const end = (ending: Ending): void => {
        isOver = true;
        if (!output.writableEnded) output.end();
        over.resolve(ending);
      };
      // Once it is over, the shell belongs to another program.
      const close = (): void => {
        if (!isOver) remote.close();
      };
      listener = {
        // The shell's exit code is not the program's, which was cut off.
        end: () => end({ exitCode: frame.exitCode(), signal: undefined }),
        output: (chunk) => {
          const said = frame.pass(chunk);
          if (said.length > 0 && !output.destroyed && !output.write(said)) {
            remote.stdout.pause();
            output.once('drain', () => remote.stdout.resume());
          }
          settle();
        },
        stderr: (chunk) => {
          kept.add(stderr.pass(chunk));
          if (stderr.isOpen()) begun.resolve();
          settle();
        },
      };
      output.on('error', () => {});
      output.on('close', () => {
        if (!output.readableEnded) close();
        remote.stdout.resume();
      });
      const broken = breakOffWhen(address, patience, over.promise, (reason) => {
        output.destroy(reason);
        close();
      });

      const text = Buffer.from(`${program}\n: ${mark}`);
      remote.stdin.write(`${mark} ${text.length}\n`);
      remote.stdin.write(text);
      const late = setTimeout(() => {
        close();
        over.resolve(LOST);
      }, BEGIN_MS);
      await Promise.race([begun.promise, over.promise, broken]).finally(() => clearTimeout(late));
      if (!hasEnded && !stderr.isOpen()) throw connectionLost(address, patience.title);
      if (!stderr.isOpen() && !frame.isOpen()) return undefined;
      return {
        input: remote.stdin,
        close,
        output,
        async end() {
          const ending = await Promise.race([over.promise, broken]);
          if (isLost(ending)) throw connectionLost(address, patience.title);
          return { ...ending, stderr: kept.bytes().toString() };
        },
      };
    },
  };
  return shell;
}

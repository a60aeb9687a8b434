import { randomBytes } from 'node:crypto';
import { PassThrough, type Writable } from 'node:stream';
import { type Admission, admitted } from './admission.ts';
import { enterAsRoot } from './entrance.ts';
import { afterMark, collectRemarks } from './marked-stream.ts';
import { connectionLost, protocolError, timedOut } from './node-errors.ts';
import type { NodeAccess, Way } from './node-access.ts';
import type { Program } from './program.ts';
import { NEVER_BEGAN } from './refusal.ts';
import type { Ending, RemoteProcess } from './remote-process.ts';

export interface ConversationEnd extends Ending {
  /** Standard error, its last 256 KiB. */
  readonly remarks: string;
}

/** A program at work on a node. */
export interface Conversation {
  /** Standard output, byte exact; throws the reason when the conversation is broken off. */
  readonly output: AsyncIterable<Buffer>;
  /** To be awaited after the output; throws when the program was not let in, or the connection was lost. */
  end(): Promise<ConversationEnd>;
  /** What is written here the program can read, where it keeps its input. */
  readonly input: Writable;
  /** Lets go of the program. */
  close(): void;
}

export interface Patience {
  /** Names the command in messages and in the node's process list. */
  readonly title: string;
  /** Milliseconds; then the conversation is broken off with `CommandTimedOut`. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** It stays, reads what it is asked, and keeps nobody else from the node; default false. */
  readonly isLasting?: boolean;
}

/**
 * A sudo that asks in words of its own cannot be told from one that is slow; then its question is left unanswered. And start-up
 * files that read standard input wait for ever.
 */
const ENTRY_MS = 40_000;

/** Runs a program as root and listens to it. */
export async function converse(node: NodeAccess, program: Program, patience: Patience): Promise<Conversation> {
  patience.signal?.throwIfAborted();
  return node.enter((way) => begin(node, way, program, patience), patience.signal);
}

async function begin(
  node: NodeAccess,
  way: Way,
  program: Program,
  patience: Patience,
): Promise<Admission<Conversation>> {
  const { title, isLasting = false } = patience;
  const mark = randomBytes(16).toString('hex');
  const entrance = enterAsRoot(way.account, title, mark, program, isLasting);
  const remote = await way.execute(entrance.commandLine, { isLasting });

  const remarks = collectRemarks(remote.stderr, mark);
  const output = letGoWhenLeft(remote);
  const broken = breakOffWhen(node, patience, remote, (reason) => output.destroy(reason));
  // A node that goes away while it is written to is noticed by the end of the process.
  remote.stdin.on('error', () => {});

  const late = Promise.withResolvers<'late'>();
  const slow = setTimeout(() => late.resolve('late'), node.entryMs ?? ENTRY_MS);
  void late.promise.then(() => remote.stdin.end());
  const before = await Promise.race([remarks.started, remote.ended, broken, late.promise]);
  if (before === 'late') {
    output.resume();
    remote.close();
    return { verdict: 'refused', said: NEVER_BEGAN };
  }
  if (entrance.password !== '') remote.stdin.write(entrance.password);

  const heard = await Promise.race([remarks.heard, remote.ended, broken]).finally(() => clearTimeout(slow));
  if (heard === 'asked again') {
    remote.stdin.end();
    output.resume();
    await Promise.race([remote.ended, broken]);
    return { verdict: 'wrong password', said: remarks.text() };
  }
  if (!remarks.isListening()) {
    output.resume();
    const ending = await remote.ended;
    if (isLost(ending)) throw connectionLost(node.address, title);
    return { verdict: remarks.prompts() > 0 ? 'wrong password' : 'refused', said: remarks.text() };
  }

  if (isLasting) remote.stdin.write(entrance.program);
  else remote.stdin.end(entrance.program);
  return admitted({
    input: remote.stdin,
    close: () => remote.close(),
    output: afterMark(output, mark),
    async end() {
      const ending = await Promise.race([remote.ended, broken]);
      if (isLost(ending)) throw connectionLost(node.address, title);
      if (!remarks.entered())
        throw protocolError(node.address, title, `it did not begin (${(await node.mask(remarks.text())).trim()})`);
      return { ...ending, remarks: remarks.text() };
    },
  });
}

const isLost = ({ exitCode, signal }: Ending): boolean => exitCode === undefined && signal === undefined;

/** The output; when its reader leaves before its end, the process is let go as well. */
function letGoWhenLeft(remote: RemoteProcess): PassThrough {
  const output = remote.stdout.pipe(new PassThrough());
  output.on('error', () => {});
  output.on('close', () => {
    if (output.readableEnded) return; // the exit code may still be on its way
    remote.stdout.unpipe(output).resume();
    remote.close();
  });
  return output;
}

/** Rejects, after having told, when time is over or the caller has lost interest. */
function breakOffWhen(
  { address }: NodeAccess,
  { title, timeoutMs, signal }: Patience,
  remote: RemoteProcess,
  tell: (reason: Error) => void,
): Promise<never> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const breakOff = (reason: Error): void => {
    broken.reject(reason);
    tell(reason);
  };
  const onAbort = (): void => breakOff(signal?.reason as Error);
  const onTime = (): void => breakOff(timedOut(address, title, timeoutMs ?? 0));
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  void remote.ended.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  });
  return broken.promise;
}

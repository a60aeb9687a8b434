import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { phrase } from '../../domain/text/text.ts';
import { type Admission, admitted } from '../connect/admission.ts';
import { becomeRoot, type Stay } from '../connect/become-root.ts';
import type { NodeAccess, Session } from '../connect/node-access.ts';
import { NEVER_BEGAN } from '../connect/refusal.ts';
import type { RemoteProcess } from '../connect/remote-process.ts';
import { createRootShell } from '../connect/root-shell.ts';
import { connectionLost, protocolError } from '../node-errors.ts';
import { breakOffWhen, isLost, type Patience } from './break-off.ts';
import { afterMark, collectStderr } from './marked-stream.ts';
import type { Program } from './programs.ts';
import type { RunningProgram } from './running-program.ts';

/**
 * A sudo with a prompt of its own cannot be told from a slow one, so its prompt is never answered; and start-up files that read
 * standard input wait for ever.
 */
const ENTRY_MS = 40_000;

/** Runs a program as root and reads its output. */
export async function runAsRoot(node: NodeAccess, program: Program, patience: Patience): Promise<RunningProgram> {
  patience.signal?.throwIfAborted();
  return node.enter((session) => begin(node, session, program, patience), patience.signal);
}

async function begin(
  node: NodeAccess,
  session: Session,
  program: Program,
  patience: Patience,
): Promise<Admission<RunningProgram>> {
  const { title, isLasting = false } = patience;
  const shells = isLasting ? undefined : session.shells;
  for (let shell = shells?.take(); shell !== undefined; shell = shells?.take()) {
    const running = await shell.run(node.address, program, patience);
    if (running !== undefined) return admitted(running);
  }
  const mark = randomBytes(16).toString('hex');
  const stay: Stay = shells !== undefined ? 'for more' : isLasting ? 'with input' : 'once';
  const command = becomeRoot(session.account, shells === undefined ? title : 'commands', mark, program, stay);
  const remote = await session.execute(command.commandLine, { isLasting });

  const stderr = collectStderr(remote.stderr, mark);
  const output = closeWhenLeft(remote);
  const isIn = Promise.withResolvers<void>();
  const over = Promise.race([remote.ended, isIn.promise]);
  const broken = breakOffWhen(node.address, patience, over, (reason) => output.destroy(reason));
  // If the node goes away during the write, the end of the process shows it.
  remote.stdin.on('error', () => {});

  const late = Promise.withResolvers<'late'>();
  const slow = setTimeout(() => late.resolve('late'), node.entryMs ?? ENTRY_MS);
  void late.promise.then(() => remote.stdin.end());
  const before = await Promise.race([stderr.started, remote.ended, broken, late.promise]);
  if (before === 'late') {
    output.resume();
    remote.close();
    return { verdict: 'refused', said: NEVER_BEGAN };
  }
  if (command.password !== '') remote.stdin.write(command.password);

  const heard = await Promise.race([stderr.heard, remote.ended, broken]).finally(() => clearTimeout(slow));
  if (heard === 'asked again') {
    remote.stdin.end();
    output.resume();
    await Promise.race([remote.ended, broken]);
    return { verdict: 'wrong password', said: stderr.text() };
  }
  if (!stderr.isListening()) {
    output.resume();
    const ending = await remote.ended;
    if (isLost(ending)) throw connectionLost(node.address, title);
    return { verdict: stderr.prompts() > 0 ? 'wrong password' : 'refused', said: stderr.text() };
  }

  if (shells !== undefined) {
    // From here on standard error is the program's own.
    isIn.resolve();
    stderr.leave();
    remote.stdout.unpipe(output);
    remote.stdin.write(command.program);
    const shell = createRootShell(remote, shells.keep);
    const running = await shell.run(node.address, program, patience);
    if (running === undefined) throw connectionLost(node.address, title);
    return admitted(running);
  }
  if (isLasting) remote.stdin.write(command.program);
  else remote.stdin.end(command.program);
  return admitted({
    input: remote.stdin,
    close: () => remote.close(),
    output: afterMark(output, mark),
    async end() {
      const ending = await Promise.race([remote.ended, broken]);
      if (isLost(ending)) throw connectionLost(node.address, title);
      if (!stderr.entered())
        throw protocolError(
          node.address,
          title,
          phrase('it did not begin ({words})', { words: (await node.mask(stderr.text())).trim() }),
        );
      return { ...ending, stderr: stderr.text() };
    },
  });
}

/** The output; a reader that stops early closes the process too. */
function closeWhenLeft(remote: RemoteProcess): PassThrough {
  const output = remote.stdout.pipe(new PassThrough());
  output.on('error', () => {});
  output.on('close', () => {
    if (output.readableEnded) return; // the exit code may still be on its way
    remote.stdout.unpipe(output).resume();
    remote.close();
  });
  return output;
}

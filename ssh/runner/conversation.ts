import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type Admission, admitted } from '../connect/admission.ts';
import { enterAsRoot, type Stay } from '../connect/entrance.ts';
import type { NodeAccess, Way } from '../connect/node-access.ts';
import { NEVER_BEGAN } from '../connect/refusal.ts';
import type { RemoteProcess } from '../connect/remote-process.ts';
import { createRootShell } from '../connect/root-shell.ts';
import { connectionLost, protocolError } from '../node-errors.ts';
import { breakOffWhen, isLost, type Patience } from './break-off.ts';
import { afterMark, collectRemarks } from './marked-stream.ts';
import type { Conversation } from './program-at-work.ts';
import type { Program } from './program.ts';

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
  const shells = isLasting ? undefined : way.shells;
  for (let shell = shells?.take(); shell !== undefined; shell = shells?.take()) {
    const conversation = await shell.converse(node.address, program, patience);
    if (conversation !== undefined) return admitted(conversation);
  }
  const mark = randomBytes(16).toString('hex');
  const stay: Stay = shells !== undefined ? 'for more' : isLasting ? 'with input' : 'once';
  const entrance = enterAsRoot(way.account, shells === undefined ? title : 'commands', mark, program, stay);
  const remote = await way.execute(entrance.commandLine, { isLasting });

  const remarks = collectRemarks(remote.stderr, mark);
  const output = letGoWhenLeft(remote);
  const isIn = Promise.withResolvers<void>();
  const over = Promise.race([remote.ended, isIn.promise]);
  const broken = breakOffWhen(node.address, patience, over, (reason) => output.destroy(reason));
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

  if (shells !== undefined) {
    // From here on the shell's own.
    isIn.resolve();
    remarks.leave();
    remote.stdout.unpipe(output);
    remote.stdin.write(entrance.program);
    const shell = createRootShell(remote, shells.keep);
    const conversation = await shell.converse(node.address, program, patience);
    if (conversation === undefined) throw connectionLost(node.address, title);
    return admitted(conversation);
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

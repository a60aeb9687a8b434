import type { ServerChannel } from 'ssh2';
import { ANSWER_END } from '../../domain/answer-end.ts';
import { answerProgram } from './answer-program.ts';
import { look } from './look.ts';
import type { SimulatedNode } from './simulated-node.ts';

/**
 * The other end of `ssh/connect/become-root.ts` and `ssh/connect/root-shell.ts`: sudo's prompt, root's shell that waits for its
 * mark, and programs, one, one with input, or one after the other.
 */
export function carryOut(node: SimulatedNode, commandLine: string, channel: ServerChannel): void {
  const mark = / sh ([0-9a-f]{32}) /.exec(commandLine)?.[1];
  if (mark === undefined) return end(channel, 127);
  let handle = commandLine.includes(' sudo -k -S ') ? password : gate;
  let held: Buffer = Buffer.alloc(0);
  channel.stderr.write(`${mark}~\n`);
  channel.stderr.write(handle === password ? `${mark}?` : `${mark}!\n`);
  channel.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (handle()) /* as much as has come */ ;
  });
  channel.on('end', () => {
    if (handle === once) runOnce();
    else end(channel, 0);
  });
  channel.on('error', () => {});

  function line(): string | undefined {
    const at = held.indexOf('\n');
    if (at === -1) return undefined;
    const text = held.toString('utf8', 0, at);
    held = held.subarray(at + 1);
    return text;
  }

  function password(): boolean {
    if (line() === undefined) return false;
    channel.stderr.write(`${mark}!\n`);
    handle = gate;
    return true;
  }

  function gate(): boolean {
    const text = line();
    if (text === mark) {
      if (commandLine.includes('read -r mark length')) handle = rounds;
      else handle = commandLine.includes('program=$(cat)') ? once : withInput;
    }
    return text !== undefined;
  }

  function once(): boolean {
    return false;
  }

  function runOnce(): void {
    const { stdout, stderr, exitCode } = answerProgram(node, held.toString());
    channel.stderr.write(`${mark}\n${stderr}`);
    channel.write(`${mark}\n${stdout}`);
    end(channel, exitCode);
  }

  function rounds(): boolean {
    const at = held.indexOf('\n');
    if (at === -1) return false;
    const [round = '', length = '0'] = held.toString('utf8', 0, at).split(' ');
    const last = at + 1 + Number(length);
    if (held.length < last) return false;
    const program = held.toString('utf8', at + 1, last);
    held = held.subarray(last);
    const { stdout, stderr, exitCode } = answerProgram(node, program);
    channel.stderr.write(`${round}\n${stderr}${round}.${exitCode}\n`);
    channel.write(`${round}\n${stdout}${round}.${exitCode}\n`);
    return true;
  }

  /** The watch's program is the only one with input. */
  function withInput(): boolean {
    const text = line();
    if (text === `: ${mark}`) {
      channel.stderr.write(`${mark}\n`);
      channel.write(`${mark}\n`);
      handle = questions;
    }
    return text !== undefined;
  }

  function questions(): boolean {
    const text = line();
    if (text === undefined) return false;
    const [mode, ...names] = text.split(' ');
    const lines = look(node, mode === 'full' ? names : []);
    channel.write([...lines, ANSWER_END, ''].join('\n'));
    return true;
  }
}

function end(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode);
  channel.end();
}

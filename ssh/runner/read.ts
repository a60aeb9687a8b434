import { type Command, shown } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { NodeAccess } from '../connect/node-access.ts';
import { protocolError } from '../node-errors.ts';
import type { NodeSession, NodeStanding, ReadResult } from '../node-session.ts';
import { refuseLongAnswer } from './answer-limit.ts';
import { readFileProgram, readProgram } from './programs.ts';
import { runAsRoot } from './run-as-root.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

export async function read(
  node: NodeAccess,
  command: Command,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: NonNullable<Parameters<NodeSession['read']>[1]> = {},
): Promise<ReadResult> {
  const began = performance.now();
  const patience = { title: 'read', timeoutMs, signal };
  const running = await runAsRoot(node, readProgram(node.directory, command), patience);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of running.output) {
    chunks.push(chunk);
    size += chunk.length;
    refuseLongAnswer(size, node.address, 'read');
  }
  const { exitCode, signal: killedBy, stderr } = await running.end();

  const [, standing, stdout] = /^([^\n]*)\n([^]*)$/.exec(Buffer.concat(chunks).toString()) ?? [];
  if (standing === undefined)
    throw protocolError(
      node.address,
      shown(command),
      phrase('its state is missing ({words})', { words: await node.mask(stderr) }),
    );
  return {
    exitCode,
    signal: killedBy,
    stdout: stdout ?? '',
    stderr: stderr,
    durationMs: performance.now() - began,
    ...parseStanding(standing),
  };
}

function parseStanding(line: string): NodeStanding {
  const [position, generation, run, owner] = line.split(' ');
  const fence = { generation: Number(generation), run: Number(run) };
  return {
    position: Number(position),
    fence: fence.run === 0 && fence.generation === 0 ? undefined : fence,
    owner: owner === '-' ? undefined : owner,
  };
}

export async function* readFile(node: NodeAccess, path: string): AsyncIterable<Uint8Array> {
  const running = await runAsRoot(node, readFileProgram(path), { title: `read ${path}` });
  yield* running.output;
  const { exitCode, stderr } = await running.end();
  if (exitCode === 0) return;
  const words = (await node.mask(stderr)).trim();
  throw new DeploymentEngineError(
    'CommandFailed',
    phrase('Cannot read {path} on {address}: {why}', { path, address: node.address, why: words }),
    {
      details: { node: node.address, path, exitCode },
    },
  );
}

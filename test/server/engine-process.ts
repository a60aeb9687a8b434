import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StandIn } from './programs/engine.ts';

const SCRIPT = fileURLToPath(new URL('programs/engine.ts', import.meta.url));

/** An engine of stand-ins in a process of its own. */
export interface EngineProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  output(): string;
}

export function runEngine(dataDir: string, stages: readonly (readonly StandIn[])[]): EngineProcess {
  const child = spawn(process.execPath, [SCRIPT, dataDir, JSON.stringify(stages)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  return { child, exited, output: () => output };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What the stand-ins noted: `started api 4711`. */
export function journal(dataDir: string): { event: string; name: string; pid: number }[] {
  const file = join(dataDir, 'journal');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [event = '', name = '', pid] = line.split(' ');
    return { event, name, pid: Number(pid) };
  });
}

export function isAlive(pid: number): boolean {
  try {
    // A process that ended and was not collected yet still takes signals.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

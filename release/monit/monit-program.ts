import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { MonitFault } from './monit-entry.ts';

/** Where `./local_build.sh` unpacks the monit of a profile's packages, which only checks entries here. */
export const monitProgram = (cacheDir: string, profile: string): string =>
  path.join(cacheDir, 'monit', profile, 'monit');

/** Many times what a check takes. */
const WITHIN_MS = 20_000;

/** Entries by name; a fault comes with the name of its entry. */
type Entries = Readonly<Record<string, string>>;

export type Verdict = (MonitFault & { readonly entry: string | undefined }) | undefined;

/** The program's complaint about these entries together; undefined when it accepts them. */
export type MonitProgram = (entries: Entries) => Promise<Verdict>;

/** The program with its version (`5.33.0`); undefined when it is missing or does not run on this machine. */
export async function openMonit(
  file: string,
): Promise<{ readonly version: string; readonly read: MonitProgram } | undefined> {
  const version = await run(file, ['-V']).catch(() => undefined);
  const found = /version (\S+)/.exec(version?.output ?? '')?.[1];
  return found === undefined ? undefined : { version: found, read: (entries) => readBy(file, entries) };
}

async function readBy(file: string, entries: Entries): Promise<Verdict> {
  // Nobody else may read or write what monit reads.
  const folder = await mkdtemp(path.join(tmpdir(), 'monit-entries-'));
  try {
    await mkdir(path.join(folder, 'job'));
    const own = ['daemon 10', ...['pid', 'id', 'state'].map((each) => `${each}file ${folder}/${each}`)];
    const control = [...own.map((line) => `set ${line}`), `include ${folder}/job/*`];
    await writeFile(path.join(folder, 'monitrc'), `${control.join('\n')}\n`, { mode: 0o600 });
    for (const [name, text] of Object.entries(entries))
      await writeFile(path.join(folder, 'job', name), text, { mode: 0o600 });
    const { code, output } = await run(file, ['-c', path.join(folder, 'monitrc'), '-t']);
    return code === 0 ? undefined : verdictOf(output, path.join(folder, 'job'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No fault: said about every program that exists only on nodes. */
const MISSING_PROGRAM = 'Program does not exist';

function verdictOf(output: string, folder: string): Verdict {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes(MISSING_PROGRAM));
  const placed = lines.map((line) => /^(\/.*?):(\d+): (.*)$/.exec(line)).findLast((match) => match !== null);
  if (!placed) return { entry: undefined, line: null, message: lines.map((line) => line.trim()).join(' ') };
  const [, file = '', line = '', message = ''] = placed;
  const entry = path.dirname(file) === folder ? path.basename(file) : undefined;
  // Other files are included by an entry; the node has them.
  if (entry === undefined && file.startsWith('/') && !file.startsWith(path.dirname(folder))) return undefined;
  return { entry, line: entry === undefined ? null : Number(line), message };
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Throws when the program could not be run to its end. */
const run = (file: string, words: readonly string[]): Promise<Ended> =>
  promisify(execFile)(file, words, { timeout: WITHIN_MS, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, cwd: '/' }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string }) => {
      if (typeof error.code !== 'number') throw error;
      return { code: error.code, output: `${error.stdout ?? ''}${error.stderr ?? ''}` };
    },
  );

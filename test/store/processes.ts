import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('./fixtures/act.ts', import.meta.url));

export interface ActingProcess {
  readonly child: ChildProcessWithoutNullStreams;
  go(): void;
  /** What the act returned. Throws what the process said when it failed. */
  readonly result: Promise<unknown>;
}

interface Acting {
  /** What it opens; by its name in DRIVERS. Default: SQLite. */
  readonly driver?: string;
  /** Tells processes that do the same apart. */
  readonly label?: string;
  /** Wraps its command line (`"$@"`). */
  readonly shell?: string;
}

/** Starts a process that acts once it is told to. */
export async function startProcess(act: string, dataDir: string, acting: Acting = {}): Promise<ActingProcess> {
  const { driver = 'SQLite', label = '', shell = 'exec "$@"' } = acting;
  const command = [process.execPath, FIXTURE, act, dataDir, label, driver];
  const child = spawn('bash', ['-c', shell, 'bash', ...command], { stdio: 'pipe' });
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  if (ready.value !== 'ready') throw new Error(`The process did not start: ${errors}`);
  const result = lines.next().then(async ({ value }) => {
    const [code] = await (child.exitCode === null && child.signalCode === null
      ? once(child, 'exit')
      : [child.exitCode]);
    if (code !== 0) throw new Error(`The process ended ${String(code)}: ${errors}`);
    return JSON.parse(String(value)) as unknown;
  });
  // Whoever kills the process does not ask for its result.
  result.catch(() => {});
  return { child, go: () => child.stdin.write('go\n'), result };
}

/** Lets several processes do the same at the same moment and returns what each got. */
export async function atOnce<Result>(
  act: string,
  dataDir: string,
  { driver = 'SQLite', count = 3 }: { driver?: string; count?: number } = {},
): Promise<Result[]> {
  const labels = Array.from({ length: count }, (_, index) => String(index));
  const started = await Promise.all(labels.map((label) => startProcess(act, dataDir, { driver, label })));
  for (const { go } of started) go();
  return (await Promise.all(started.map(({ result }) => result))) as Result[];
}

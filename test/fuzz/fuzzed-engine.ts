import { execFileSync } from 'node:child_process';
import { createReadStream, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../../domain/access/scopes.ts';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { newHostKey, startSshServer } from '../support/ssh-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { credentials, type Tokens } from './credentials.ts';
import type { Fuzzed } from './fuzz.ts';
import { faultsInLog } from './fuzzed-gateway.ts';
import { configurationFor, SECRETS, validDocuments } from './valid-documents.ts';

const NETWORK = cluster.HOME.replace(/\.\d+$/, '');
/** The first answers every command with nonsense, the second lets nobody in. */
const SIMULATED = [`${NETWORK}.201`, `${NETWORK}.202`] as const;

/**
 * Milliseconds in which routes answer, as the API specification has them, on a machine that others use too. A restart or a stop
 * answers when it is done: what such nodes carry is known, or not, within 20 s.
 */
const SLOW: readonly (readonly [RegExp, number])[] = [
  [/ \/deployment-engine\/(restart|stop)/, 45_000],
  [/ \/deployment-engine\/(hardware|preflight|hosts)/, 75_000],
  [/ \/deployment-engine\/(config|plan|deploy)/, 60_000],
];

/** The whole engine with its real worker, and two machines that only look like nodes. */
export async function startFuzzedEngine({ asksTokens = false } = {}): Promise<{
  readonly engine: TestEngine;
  readonly fuzzed: Fuzzed;
  stop(): Promise<void>;
}> {
  const addresses = [...SIMULATED];
  const device = bridgeOf(cluster.HOME);
  for (const address of addresses) execFileSync('ip', ['address', 'replace', `${address}/24`, 'dev', device]);
  const hostKey = newHostKey();
  const nonsense = await startSshServer(() => true, {
    hostKey,
    host: SIMULATED[0],
    port: 22,
    startUp: 'head -c 300 /dev/urandom; exit 3',
  });
  const closed = await startSshServer(() => false, { hostKey, host: SIMULATED[1], port: 22 });
  const engine = await createTestEngine(temporaryFolder());
  await engine.start();
  await engine.configure(configurationFor(cluster.HOME, SIMULATED));
  const tokens = asksTokens ? await askTokens(engine) : undefined;
  const readLogs = newLinesOf(join(engine.dataDir, 'log'));
  return {
    engine,
    fuzzed: {
      port: Number(new URL(engine.base).port),
      secrets: { ...SECRETS, ...tokens },
      valid: validDocuments(cluster.HOME, SIMULATED),
      ...(tokens === undefined ? {} : { credentials: credentials(tokens) }),
      withinMs: ({ bytes }) => SLOW.find(([path]) => path.test(bytes.slice(0, 200)))?.[1] ?? 10_000,
      faults: async () => faultsInLog(await readLogs()),
    },
    async stop() {
      await engine.stop();
      await Promise.all([nonsense.close(), closed.close()]);
      for (const address of addresses) execFileSync('ip', ['address', 'del', `${address}/24`, 'dev', device]);
    },
  };
}

/** From now on; without a token in force the engine would not start. */
async function askTokens(engine: TestEngine): Promise<Tokens> {
  await engine.stop();
  const tokens = makeTokens(engine);
  await engine.start({ DEPLOYMENT_ENGINE_AUTH: 'tokens' });
  return tokens;
}

/** As operators make them; one is over by the time it is shown. */
function makeTokens({ dataDir }: TestEngine): Tokens {
  const env = { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir };
  const make = (scope: Scope, expires: string): string => {
    const words = [TOKEN, 'create', '--scope', scope, '--expires', expires];
    return execFileSync(process.execPath, words, { env, encoding: 'utf8' }).trim();
  };
  return {
    expired: make('admin', '1s'),
    viewer: make('viewer', '1d'),
    operator: make('operator', '1d'),
    admin: make('admin', '1d'),
  };
}

const TOKEN = fileURLToPath(new URL('../../cli/token.ts', import.meta.url));

const bridgeOf = (address: string): string =>
  execFileSync('ip', ['-o', 'address', 'show', 'to', address], { encoding: 'utf8' }).split(/\s+/)[1] ?? '';

/** What the gateway has written since the last time. Errors of other programs are the nodes' nonsense; secrets are found at the end. */
function newLinesOf(folder: string): () => Promise<string[]> {
  let start = 0;
  return async () => {
    const lines: string[] = [];
    const stream = createReadStream(join(folder, 'api.log'), { start });
    for await (const line of createInterface({ input: stream })) lines.push(line);
    start += stream.bytesRead;
    return lines;
  };
}

/** Everything that the engine has written, as files of its data folder. */
export const everythingWritten = ({ dataDir }: TestEngine): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    [
      ...globSync(join(dataDir, 'log', '*')),
      join(dataDir, 'output.txt'),
      ...globSync(join(dataDir, '*.{db,sqlite}*')),
    ].map((file) => [file, readFileSync(file)]),
  );

/** Resident memory of a process in MiB. */
export const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

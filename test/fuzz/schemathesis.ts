import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const VERSION = '4.32.5';
const INSTALL_MS = 5 * 60_000;

/** Every answer is one that the description has; a server error that it has is no fault. */
const CHECKS = [
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** These would have the engine log in to addresses that schemathesis makes up, or are no requests of HTTP. */
const LEFT_OUT = ['postConfiguration', 'postPlan', 'postPreflight', 'trustHost', 'adoptHosts', 'readLog'];

const run = promisify(execFile);

/** The program, installed into the cache once; where that cannot be done, why. */
export async function installSchemathesis(): Promise<{ readonly program: string } | { readonly lacking: string }> {
  const folder = join(parseSettings(process.env).cacheDir, `schemathesis-${VERSION}`);
  const program = join(folder, 'bin/schemathesis');
  if (existsSync(program)) return { program };
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`], { timeout: INSTALL_MS });
    return { program };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { lacking: (error as Error).message.split('\n').slice(0, 3).join(' ') };
  }
}

interface Asked {
  readonly port: number;
  readonly seed: number;
  /** Inputs for each operation, at most, besides those of its coverage phase. */
  readonly examples: number;
}

/** Has it read the description of a running engine and send what that makes it think of; gives what it says at the end. */
export async function schemathesis(
  program: string,
  { port, seed, examples }: Asked,
): Promise<{ readonly isWell: boolean; readonly said: string }> {
  const options = {
    checks: CHECKS.join(','),
    phases: 'coverage,fuzzing',
    'max-examples': examples,
    seed,
    // The Web UI is not ours.
    'exclude-path-regex': '^/temporal',
    'request-timeout': 80,
    'suppress-health-check': 'all',
    'generation-database': 'none',
  };
  const words = [
    'run',
    `http://127.0.0.1:${port}/deployment-engine/openapi.json`,
    '--no-color',
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...LEFT_OUT.map((id) => `--exclude-operation-id=${id}`),
  ];
  try {
    // It keeps what it has found in the folder that it runs in.
    const { stdout } = await run(program, words, { cwd: temporaryFolder(), maxBuffer: 64 * 1024 ** 2 });
    return { isWell: true, said: stdout };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { isWell: false, said: stdout + stderr || message };
  }
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../sample/nodes/nodes.sh', import.meta.url));
const NETWORK = process.env['NODES_NETWORK'] ?? '10.10.101';

/** What a `nodes` command prints; throws when it fails. */
export async function nodes(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', [SCRIPT, ...words]);
  return stdout.trim();
}

/** Addresses of the first `count` test nodes, all up; none, with the reason printed, where nodes cannot run. */
export async function ensureNodes(count: number): Promise<string[]> {
  try {
    await nodes('check');
  } catch (error) {
    console.warn(`No test nodes here: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`);
    return [];
  }
  await nodes('up', String(count));
  return Array.from({ length: count }, (_, index) => `${NETWORK}.${181 + index}`);
}

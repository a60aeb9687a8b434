import { join } from 'node:path';
import { outputOf } from '../sample/demo/program.ts';

const NODES = join(import.meta.dirname, '../sample/nodes/nodes.sh');

/** What shell text prints on a test node, past the engine and past SSH. */
export const onNode = async (address: string, script: string, words: readonly string[] = []): Promise<string> =>
  (await outputOf(['bash', NODES, 'sh', address, 'sh', '-c', script, 'sh', ...words])).trim();

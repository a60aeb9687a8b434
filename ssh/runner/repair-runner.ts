import type { NodeAccess } from '../connect/node-access.ts';
import { protocolError } from '../node-errors.ts';
import { readAnswer, RunnerMissing } from './answer.ts';
import { repairProgram } from './programs.ts';
import { runAsRoot } from './run-as-root.ts';

const TIMEOUT_MS = 60_000;
const TITLE = 'install the runner again';

/**
 * Does something that needs the runner. Writes the runner first when it is missing, damaged by a power cut, or from another
 * version of the engine.
 */
export async function withRunner<Result>(node: NodeAccess, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RunnerMissing)) throw error;
  }
  await repairRunner(node);
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RunnerMissing)) throw error;
    throw protocolError(node.address, error.message, 'the runner is damaged again right after it was installed');
  }
}

async function repairRunner(node: NodeAccess): Promise<void> {
  const running = await runAsRoot(node, repairProgram(node.directory), { title: TITLE, timeoutMs: TIMEOUT_MS });
  await readAnswer(node, TITLE, running);
}

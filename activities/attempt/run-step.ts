import type { Command, CommandResult } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Act, Change, Step, StepOutcome } from '../../domain/step.ts';
import { distinct, sameText } from '../../domain/text/distinct.ts';
import { joined } from '../../domain/text/joined.ts';
import { inEnglish, phrase, type Text } from '../../domain/text/text.ts';
import { checkCommand } from '../checks/probe.ts';
import { inOneLine } from './commands/failure-cause.ts';

/** A node as a step sees it. */
export interface NodePort {
  /** Runs a read-only command; `position` is where the node's ledger stood. */
  check(command: Command): Promise<Pick<CommandResult, 'exitCode' | 'stdout'> & { readonly position: number }>;
  /** Carries a change out behind the fence: started once, re-attached where it still runs. */
  carryOut(act: Act, position: number): Promise<void>;
  /** Told each reason once, before the first change that has it. */
  announce(reason: Text): Promise<void>;
  /** Told everything that is to be changed, before the first change. */
  expect?(changes: readonly Change[]): Promise<void>;
}

/** Brings the node to the wanted state; a second run changes nothing. */
export async function applyStep<Facts>(
  step: Step<Facts>,
  node: NodePort,
): Promise<StepOutcome & { readonly facts: Facts }> {
  const { facts, changes, position } = await checkStep(step, node);
  if (changes.length === 0) return { state: 'unchanged', reasons: [], facts };

  await node.expect?.(changes);
  const said: Text[] = [];
  for (const change of changes) {
    const fresh = reasonsOf([change]).filter((reason) => !said.some((each) => sameText(each, reason)));
    for (const reason of fresh) await node.announce(reason);
    said.push(...fresh);
    await node.carryOut(change.act, position);
  }

  const after = await checkStep(step, node);
  if (after.changes.length > 0)
    throw (
      step.unmet?.(after.facts) ??
      new DeploymentEngineError(
        'StepNotConverged',
        phrase('{title}: still not as wanted after the changes: {reasons}', {
          title: step.title,
          reasons: shortReasons(reasonsOf(after.changes)),
        }),
      )
    );
  return { state: 'changed', reasons: reasonsOf(changes), facts: after.facts };
}

/** A program's output may be long. */
function shortReasons(reasons: readonly Text[]): Text {
  const all = inEnglish(joined(reasons));
  const line = inOneLine(all);
  return line === all ? joined(reasons) : line;
}

/** Reads the facts and says what would be changed. */
export async function checkStep<Facts>(step: Step<Facts>, node: Pick<NodePort, 'check'>) {
  const result = await node.check(checkCommand(step.check));
  const facts = step.check.parse(result);
  return { facts, changes: step.changes(facts), position: result.position };
}

/** Each reason once: acts that belong together share theirs. */
export const reasonsOf = (changes: readonly Change[]): Text[] =>
  distinct(changes.flatMap(({ reason, also = [] }) => [reason, ...also]));

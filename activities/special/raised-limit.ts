import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';

interface Limit {
  /** As `ulimit` takes it. */
  readonly option: '-l' | '-n';
  readonly value: string;
  readonly title: 'locked memory' | 'open files';
}

/** loggregator's jobs raise it in a script that ends at the first error. */
export const LOCKED_MEMORY: Limit = { option: '-l', value: 'unlimited', title: 'locked memory' };
/** So does gorouter's. */
export const OPEN_FILES: Limit = { option: '-n', value: '100000', title: 'open files' };

/** A limit that the job's script raises as root; a container may forbid it. */
export const raisedLimit = (
  { address }: Pick<NodeContext, 'address'>,
  { option, value, title }: Limit,
): Step<{ readonly isRaisable: boolean }> => ({
  title,

  check: {
    run: sh`(ulimit ${option} ${value}) 2>/dev/null && echo limit=raisable`,
    parse: ({ stdout }) => ({ isRaisable: readAnswers(stdout).has('limit', 'raisable') }),
  },

  changes: ({ isRaisable }) => {
    if (isRaisable) return [];
    throw new DeploymentEngineError(
      'NodeUnfit',
      phrase(
        `{address} cannot raise its limit of ${title} (ulimit {limit}), as the job does. Use a machine of its own, or a container with the capability CAP_SYS_RESOURCE.`,
        { address, limit: `${option} ${value}` },
      ),
    );
  },
});

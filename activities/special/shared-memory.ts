import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';

/** Postgres' script sets kernel.shmmax at each start and gives up where it may not. */
export const sharedMemory = ({ address }: Pick<NodeContext, 'address'>): Step<{ readonly isSettable: boolean }> => ({
  title: 'shared memory',

  check: {
    run: sh`[ -w /proc/sys/kernel/shmmax ] && echo settable=yes`,
    parse: ({ stdout }) => ({ isSettable: readAnswers(stdout).has('settable') }),
  },

  changes: ({ isSettable }) => {
    if (isSettable) return [];
    throw new DeploymentEngineError(
      'NodeUnfit',
      phrase(
        '{address} cannot carry the database: kernel.shmmax cannot be set here, as in a container without privileges. Use a machine of its own, or a privileged container with a writable /proc/sys.',
        { address },
      ),
    );
  },
});

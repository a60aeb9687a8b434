import type { NodeContext } from '../../cluster/node-context.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { exportsStore, listExports, STORE } from './list-exports.ts';

/** The job's script goes on when exportfs fails, and monit sees only that nfsd runs. */
export const nfsServes = ({ address }: Pick<NodeContext, 'address'>): Step<{ readonly isExported: boolean }> => ({
  title: 'nfs export',

  check: { run: listExports('localhost'), parse: ({ stdout }) => ({ isExported: exportsStore(stdout) }) },

  changes: ({ isExported }) => {
    if (isExported) return [];
    throw new DeploymentEngineError(
      'JobNotRunning',
      phrase(
        '{address}: nfs_server runs but does not export {folder}. Look at /etc/exports and at the output of exportfs -r there.',
        { address, folder: STORE },
      ),
    );
  },
});

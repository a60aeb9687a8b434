import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { exportsStore, listExports, STORE } from './list-exports.ts';
import { missingPrograms } from './missing-programs.ts';

interface MountFacts {
  readonly hasProgram: boolean;
  readonly hasKernelClient: boolean;
  readonly isExported: boolean;
}

/** The cloud controller's script mounts the store or exits; this says in advance why it could not. */
export const nfsMount = (
  { address }: Pick<NodeContext, 'address'>,
  { settings: { nfsServer } }: Pick<WantedInstance, 'settings'>,
): Step<MountFacts> => ({
  title: 'nfs mount',

  check: {
    run: sh`
      PATH=$PATH:/usr/sbin:/sbin
      command -v mount.nfs >/dev/null && echo program=yes
      { grep -qw nfs /proc/filesystems || modprobe -n -q nfs; } && echo client=yes
      ${nfsServer === undefined ? sh`true` : listExports(nfsServer)}`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return {
        hasProgram: answers.has('program'),
        hasKernelClient: answers.has('client'),
        isExported: exportsStore(stdout),
      };
    },
  },

  changes: ({ hasProgram, hasKernelClient, isExported }) => {
    // Without a server the cloud controller keeps its files on its own disk.
    if (nfsServer === undefined) return [];
    if (!hasKernelClient)
      throw new DeploymentEngineError(
        'NodeUnfit',
        phrase(
          '{address} cannot mount the files of nfs_server: its kernel has no NFS client. Use a machine that has; for a container, load nfs on its host.',
          { address },
        ),
      );
    if (!hasProgram) throw missingPrograms(address, ['mount.nfs']);
    if (!isExported)
      throw new DeploymentEngineError(
        'JobNotRunning',
        phrase('{address}: {server} does not export {folder}.', { address, server: nfsServer, folder: STORE }),
      );
    return [];
  },
});

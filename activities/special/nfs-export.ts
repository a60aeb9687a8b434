import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { change, type Step } from '../../domain/step.ts';
import { readAnswers } from '../answers.ts';
import type { NodeContext } from '../node-context.ts';

const SHARED = '/var/vcap/store/shared';

interface ExportFacts {
  readonly module: 'loaded' | 'loadable' | 'missing';
  /** Undefined = there is no such folder. */
  readonly sharedOwner: string | undefined;
}

/** What the job's script takes for granted: a kernel that serves NFS, and a folder that vcap may write. */
export const nfsExport = ({ address }: Pick<NodeContext, 'address'>): Step<ExportFacts> => ({
  title: 'nfs export',

  check: {
    run: sh`
      if grep -qw nfsd /proc/filesystems; then echo module=loaded
      elif modprobe -n -q nfsd; then echo module=loadable
      fi
      stat -c 'owner=%U' ${SHARED}
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      const module = answers.value('module');
      return {
        module: module === 'loaded' || module === 'loadable' ? module : 'missing',
        sharedOwner: answers.value('owner'),
      };
    },
  },

  changes: ({ module, sharedOwner }) => {
    if (module === 'missing')
      throw new DeploymentEngineError(
        'NodeUnfit',
        `${address} cannot carry nfs_server: its kernel has no module nfsd. Use a machine whose kernel serves NFS; ` +
          'for a container, load nfsd on its host.',
      );
    return [
      ...(module === 'loaded' ? [] : [change('the module nfsd is not loaded', sh`modprobe nfsd`)]),
      ...(sharedOwner === 'vcap'
        ? []
        : [
            change(
              sharedOwner === undefined ? `${SHARED} is missing` : `${SHARED} belongs to ${sharedOwner}`,
              sh`
                mkdir -p ${SHARED}
                chown vcap:vcap ${SHARED}`,
            ),
          ]),
    ];
  },
});

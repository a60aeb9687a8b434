import { sh } from '../domain/command.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Step } from '../domain/step.ts';
import type { NodeContext } from './node-context.ts';

/** The disk of `/`, in GiB. */
export interface DiskFacts {
  readonly gib: number;
}

/** The document's own check: the disk must be larger than disksize when checkdisk is 1. */
export const checkDisk = ({
  configuration,
  address,
}: Pick<NodeContext, 'configuration' | 'address'>): Step<DiskFacts> => ({
  title: 'Check the disk',

  check: {
    run: sh`df -Pk / | awk 'NR==2 {print $2}'`,
    parse: ({ stdout }) => ({ gib: Number(stdout.trim()) / 1024 ** 2 }),
  },

  changes: ({ gib }) => {
    const { checkDisk: isChecked, diskSize } = configuration.properties;
    if (isChecked && !(gib > diskSize))
      throw new DeploymentEngineError(
        'DiskTooSmall',
        `The disk of / on ${address} has ${gib.toFixed(1)} GiB; disksize asks for more than ${diskSize}. ` +
          'Enlarge the disk, lower disksize, or set checkdisk to 0.',
        { details: { gib, wanted: diskSize } },
      );
    return [];
  },
});

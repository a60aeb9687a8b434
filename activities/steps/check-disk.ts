import type { NodeContext } from '../../cluster/node-context.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { diskGB } from '../../domain/node/disk-size.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { measureDisk, ofMachine } from '../checks/measure-disk.ts';

/** The disk that holds `/`, in GB of 10^9 bytes. */
export interface DiskFacts {
  readonly gb: number;
}

type Wanted = Pick<NodeContext, 'configuration' | 'address'>;

/** The document's own check: the disk must be larger than disksize when checkdisk is 1. */
export const checkDisk = (wanted: Wanted): Step<DiskFacts> => ({
  title: 'Check the disk',

  check: { run: measureDisk(), together: [ofMachine], parse: ({ stdout }) => ({ gb: diskGB(Number(stdout)) }) },

  changes: ({ gb }) => {
    refuseSmallDisk(gb, wanted);
    return [];
  },
});

/** Throws `DiskTooSmall`. */
function refuseSmallDisk(gb: number, { configuration: { properties }, address }: Wanted): void {
  if (!properties.checkDisk || gb > properties.diskSize) return;
  throw new DeploymentEngineError(
    'DiskTooSmall',
    phrase(
      'The disk of / on {address} has {gb} GB (as DISK in GET /hardware, divided by 1024); disksize asks for more than {wanted}. Enlarge the disk, lower disksize, or set checkdisk to 0.',
      { address, gb: gb.toFixed(1), wanted: properties.diskSize },
    ),
    { details: { gb, wanted: properties.diskSize } },
  );
}

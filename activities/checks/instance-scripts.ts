import type { NodeContext } from '../../cluster/node-context.ts';
import { INSTANCE } from './process-status.ts';
import { filesAsWanted, wantedFile } from './wanted-file.ts';

export type InstanceScripts = Pick<NodeContext, 'monitFiles'>;

const LAUNCH = '/var/vcap/bosh/bin/launch';

/** The scripts that start and stop: a node that an older engine has prepared knows fewer words. */
export const instanceScripts = ({ monitFiles }: InstanceScripts) =>
  filesAsWanted(
    monitFiles
      .filter(({ path }) => path === INSTANCE || path === LAUNCH)
      .map(({ path, content, mode }) => wantedFile(path, content, mode)),
  );

import { type Command, sh } from '../../domain/command.ts';

/** Sets `now`: the node's clock as a look began, in seconds since 1970. */
export const seeTime = (): Command => sh`now=$(date +%s)`;

/** The same for a check that may be alone; shell text for within double quotes. */
export const NOW = '${now:-$(date +%s)}';

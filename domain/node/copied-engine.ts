import type { Text } from '../text/text.ts';
import { phrase } from '../text/text.ts';

/** Who last raised a node's fence: the machine of the worker that let that run in. */
export interface Visitor {
  readonly generation: number;
  readonly run: number;
  readonly host?: string;
  /** A digest of its machine-id; empty where it has none. */
  readonly machine?: string;
}

/** What an engine's store knows of its own work. */
export interface EnginePast {
  /** The machine that asks; '' = it has no id. */
  readonly machine: string;
  /** All that it was ever worked from with this store, or one that this is a copy of. */
  readonly machines: ReadonlySet<string>;
  /** Number of the newest run. */
  readonly newest: number;
  /** Runs that have ended, or stand, without having done anything on a node: refused ones, and one that has just begun. */
  readonly idle: ReadonlySet<number>;
}

/**
 * Whether a node of this engine was last changed by a copy of it: from another machine, and by a run that this store knows nothing
 * of. A machine without an id, one that gets a new id at each boot, a fellow worker on another machine and an engine that has moved
 * are none, because their runs are known. A restored backup that is older than the node's last run is taken for one on another
 * machine, but not on its own.
 */
export function isCopy(visitor: Visitor | undefined, past: EnginePast | undefined): boolean {
  const { machine = '', run = 0 } = visitor ?? {};
  if (past === undefined || machine === '' || past.machine === '' || machine === past.machine) return false;
  return !past.machines.has(machine) || run > past.newest || past.idle.has(run);
}

/** Who was at work last on a node that `engine` owns, where that was a copy of it. */
export const copyAt = (
  { owner, visitor }: { readonly owner: string | undefined; readonly visitor: Visitor | undefined },
  engine: string,
  past: EnginePast | undefined,
): Visitor | undefined => (owner === engine && isCopy(visitor, past) ? visitor : undefined);

export const nameOfCopy = ({ host, run }: Visitor): Text =>
  phrase('{host}, whose run {run} was here last', { host: host ?? 'another machine', run });

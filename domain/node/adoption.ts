import { type Phrase, phrase } from '../text/text.ts';

/** In place of an engine's id, where both copies of a node's claim are damaged. */
export const UNKNOWN_OWNER = '?';

/** An operator's word that this engine may take a node over: from one engine, as it was seen there. */
export interface Adoption {
  /** Id of that engine, or `UNKNOWN_OWNER`. */
  readonly owner: string;
  /** The highest generation of it that was seen. */
  readonly generation: number;
}

/** Whose a node is: `''` = nobody's. */
export interface NodeClaim {
  readonly owner: string;
  readonly generation: number;
}

/** An owner that has worked there since with a higher generation has taken the node back. */
export const isAdopted = ({ owner, generation }: NodeClaim, adoption: Adoption | undefined): boolean =>
  owner !== '' && owner === adoption?.owner && generation <= adoption.generation;

/** The files of a node that say whose it is, each a line `ENGINE GENERATION RUN`; undefined = it is missing. */
export interface ClaimFiles {
  readonly owner: string | undefined;
  readonly fence: string | undefined;
}

/** The newer of the two counts, as it does for the runner. */
export function claimOf({ owner, fence }: ClaimFiles): NodeClaim {
  const copies = [owner, fence].flatMap((line) => (line === undefined ? [] : [copyIn(line)]));
  const whole = copies.filter((copy) => copy !== undefined);
  const newest = whole.toSorted((one, other) => one.generation - other.generation || one.run - other.run).at(-1);
  if (newest !== undefined) return { owner: newest.owner, generation: newest.generation };
  // As earlier versions wrote it, with nothing else there.
  const named = fence === undefined && /^\S+$/.test(owner ?? '') ? owner : undefined;
  return { owner: named ?? (copies.length === 0 ? '' : UNKNOWN_OWNER), generation: 0 };
}

interface Copy extends NodeClaim {
  readonly run: number;
}

function copyIn(line: string): Copy | undefined {
  const [, owner, generation, run] = /^(\S+) (\d{1,15}) (\d{1,15})$/.exec(line) ?? [];
  return owner === undefined ? undefined : { owner, generation: Number(generation), run: Number(run) };
}

/**
 * Instances that this engine did not install. What another engine has on its node it has made with its own passwords, whatever we
 * once had there.
 */
export const strangersAmong = (
  instances: readonly string[],
  { owner }: NodeClaim,
  { installed }: { readonly installed: readonly string[] },
): readonly string[] => {
  const isOurs = owner === '' || owner === UNKNOWN_OWNER;
  return instances.filter((id) => !(isOurs && installed.includes(id)));
};

export const unknownInstances = (ids: readonly string[]): Phrase =>
  phrase(
    'it carries {instances}, which this engine did not install: restore the data folder they are from, or remove them',
    { instances: ids },
  );

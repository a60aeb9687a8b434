/** In place of an engine's id, where both copies of a node's claim are damaged. */
export const UNKNOWN_OWNER = '?';

/** An operator's word that this engine may take a node over: from one engine, as it was seen there. */
export interface Adoption {
  /** Id of that engine, or `UNKNOWN_OWNER`. */
  readonly owner: string;
  /** The highest generation of it that was seen. */
  readonly generation: number;
}

/** What a node's claim says: whose it is, `''` for nobody's. */
export interface NodeClaim {
  readonly owner: string;
  readonly generation: number;
}

/** An owner that has worked there since with a higher generation has taken it back. */
export const isAdopted = ({ owner, generation }: NodeClaim, adoption: Adoption | undefined): boolean =>
  owner !== '' && owner === adoption?.owner && generation <= adoption.generation;

/** The claim as the newer of its two copies has it, each a line `ENGINE GENERATION RUN`; undefined = the file is missing. */
export function claimOf(copies: readonly (string | undefined)[]): NodeClaim {
  const read = copies.filter((copy) => copy !== undefined).map(copyOf);
  const whole = read.filter((copy) => copy !== undefined).toSorted((one, other) => newerLast(one, other));
  const { owner, generation } = whole.at(-1) ?? { owner: read.length === 0 ? '' : UNKNOWN_OWNER, generation: 0 };
  return { owner, generation };
}

const newerLast = (one: Copy, other: Copy): number => one.generation - other.generation || one.run - other.run;

interface Copy extends NodeClaim {
  readonly run: number;
}

function copyOf(line: string): Copy | undefined {
  const [, owner, generation = 0, run = 0] = /^(\S+)(?: (\d+) (\d+))?$/.exec(line) ?? [];
  return owner === undefined ? undefined : { owner, generation: Number(generation), run: Number(run) };
}

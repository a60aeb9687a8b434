export interface Proof {
  /** What holds when it holds. */
  readonly claim: string;
  /** On two cores, with warm caches. */
  readonly usualMinutes: number;
}

/** Every proof by its name; `test/proofs/<name>.proof.ts` carries it out. */
export const PROOFS: Readonly<Record<string, Proof>> = {
  machines: { claim: 'Machines with the habits of real ones are deployed, or say why not', usualMinutes: 15 },
};

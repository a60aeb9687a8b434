import { createHash } from 'node:crypto';

/** What a simulated machine remembers: the traces that changes have left on it. */
export interface SimulatedNode {
  readonly address: string;
  /** `ENGINE GENERATION RUN`; undefined = nobody's. */
  claim: string | undefined;
  /** Last number of the ledger. */
  position: number;
  /** `sha256 mode` by path. */
  readonly files: Map<string, string>;
  /** Steps of the node that have changed something. */
  readonly prepared: Set<string>;
  /** Fingerprint of the files that were installed, by the instance's folder name. */
  readonly installed: Map<string, string>;
  /** Fingerprint at the last start, by the same. */
  readonly started: Map<string, string>;
  /** Digest over the nise-bosh that was unpacked last; empty before that. */
  niseBosh: string;
}

/** A machine with accounts, ruby and packages, as another cluster has left it, and nothing of ours. */
export const newNode = (address: string): SimulatedNode => ({
  address,
  claim: undefined,
  position: 0,
  files: new Map(),
  prepared: new Set(),
  installed: new Map(),
  started: new Map(),
  niseBosh: '',
});

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

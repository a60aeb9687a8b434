import type { Answers } from '../../domain/node/inspection.ts';
import { preflightReport } from '../../domain/node/preflight.ts';

const HOME = '10.10.101.180';
/** The machines they speak of. */
export const NODES = ['10.10.101.181', '10.10.101.182'] as const;

/** What a worker answers that finds a release and no machine. */
export const INSPECTION_ANSWERS: Answers = {
  preview: {
    revision: 1,
    release: { name: 'cf', version: '170', sha256: 'f'.repeat(64) },
    nodes: [],
    instances: [],
    builds: {},
    hash: 'a'.repeat(64),
  },
  hardware: NODES.map((address) => ({ address, error: 'it does not answer' })),
  preflight: preflightReport({ controlMachine: { address: HOME, findings: [] }, nodes: [] }),
  hostKeys: NODES.map((address) => ({ address, error: 'it does not answer' })),
  claims: NODES.map((address) => ({
    address,
    owner: 'engine-b',
    generation: 1,
    host: undefined,
    since: undefined,
    signs: [],
    instances: [],
  })),
};

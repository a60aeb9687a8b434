import { z } from 'zod';
import { address, named, text, time } from './named.ts';

const fingerprint = z.string().describe('As `ssh-keygen -l` prints it: `SHA256:...`');

export const host = named(
  'Host',
  'An SSH host key that the engine knows.',
  z.strictObject({
    ip: address,
    hostKey: fingerprint,
    shown: z
      .strictObject({ hostKey: fingerprint, at: time })
      .nullable()
      .describe('Another key that it has shown since.'),
  }),
);

export const trusted = named(
  'Trusted',
  'The key that is trusted from now on.',
  z.strictObject({ ip: address, hostKey: fingerprint, before: fingerprint.nullable() }),
);

const RESULTS = ['own', 'unclaimed', 'adopted', 'refused'] as const;

export const adopted = named(
  'Adopted',
  'What becomes of each node.',
  z.strictObject({
    hosts: z.array(
      z.strictObject({
        ip: address,
        result: z
          .enum(RESULTS)
          .describe(
            '`own`: it is ours; `unclaimed`: the next deploy claims it; `adopted`: the next deploy takes it over.',
          ),
        owner: z.string().nullable().describe('Id of the engine that has claimed it.'),
        host: z.string().nullable().describe('Machine of that engine.'),
        since: z.string().nullable(),
        instances: z.array(z.string()),
        code: z.enum(['DuplicateController', 'UnknownInstances', 'NodeUnreachable']).optional(),
        reason: text.optional(),
      }),
    ),
    generation: z.int().describe('Of this engine: grows with every take-over.'),
  }),
);

import { z } from 'zod';
import { COMPONENTS } from '../../../domain/components.ts';
import { configurationDocument } from '../../../domain/schemas/configuration-document.ts';
import { named } from './named.ts';
import { place } from './problem.ts';

/** What `POST /config` validates with, itself. */
export const configuration = named(
  'Configuration',
  'What a cluster consists of. docs/configuration.md has the rule of every field. Keys may be in any case, and `uua` stands for `uaa`.',
  configurationDocument,
);

const asSent = z.union([z.string(), z.number()]);
const MASKED = 'Masked: `********`. A POST that sends the mask keeps the stored value.';

export const shownConfiguration = named(
  'ShownConfiguration',
  'A configuration as it was sent, under the documented keys, secrets masked.',
  z.strictObject({
    components: z.partialRecord(z.enum(COMPONENTS), z.array(z.string())),
    properties: z.strictObject({
      domain: asSent,
      disksize: asSent,
      checkdisk: asSent,
      adduser: asSent,
      user: asSent,
      password: z.string().describe(MASKED),
      root: z.string().describe(MASKED),
      home: z.string(),
    }),
    external: z
      .strictObject({ nats: z.array(z.string()).optional(), nats_password: z.string().optional().describe(MASKED) })
      .optional(),
    warnings: z.array(place).optional().describe('Accepted, but not recommended.'),
  }),
);

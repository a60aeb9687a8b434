import { z } from 'zod';
import { SCOPES } from '../../../domain/access/scopes.ts';
import { named, text, time } from './named.ts';
import { phase } from './runs.ts';

const state = z.enum(['ok', 'down']);

export const alive = named('Alive', 'What callers without a token learn.', z.strictObject({ state }));

export const health = named(
  'Health',
  'Whether the engine can work, and what it depends on.',
  z.strictObject({
    state,
    store: z.strictObject({ state, code: z.string().optional(), detail: text.optional() }),
    temporal: z.strictObject({ state, detail: text.optional() }),
    worker: z.strictObject({ state }),
    engine: z
      .strictObject({
        state: z.enum(['ok', 'damaged', 'not looked at yet']),
        code: z.string().optional(),
        files: z.array(z.strictObject({ path: z.string(), how: z.enum(['changed', 'missing', 'added']) })).optional(),
        count: z.int().optional(),
      })
      .describe('Its files, compared with its package.'),
    run: z
      .strictObject({
        run: z.int(),
        phase,
        parked: z.int(),
        used: z.strictObject({ updates: z.int(), events: z.int() }).describe("Of Temporal's limits for one execution."),
        onlyDecisionsLeft: z.boolean(),
      })
      .optional()
      .describe('The run in progress.'),
    activated: z.boolean(),
    auth: z.enum(['auto', 'tokens', 'none-i-know']),
    warning: z.string().optional(),
  }),
);

const serial = {
  serial: z.string().describe('Its last characters.'),
  used: z.int(),
  left: z.int(),
  deployments: z.int(),
  release: z.string().nullable().describe('The only release it is good for.'),
  licensee: z.string().nullable(),
  validUntil: time.nullable(),
  activatedAt: time,
};

export const activation = named(
  'Activation',
  'The serial of the next deploy, and all serials.',
  z.strictObject({
    ...z
      .object(serial)
      .partial({ deployments: true, release: true, licensee: true, validUntil: true, activatedAt: true }).shape,
    serial: z.string().nullable(),
    activated: z.boolean().describe('Whether the next deploy is let in.'),
    reason: text.optional(),
    serials: z.array(named('Serial', 'A serial that was activated.', z.strictObject(serial))),
  }),
);

export const session = named(
  'Session',
  'Who the caller is.',
  z.strictObject({ name: z.string(), scope: z.enum(SCOPES), until: time.nullable() }),
);

export const credentials = named(
  'Credentials',
  'The generated Cloud Foundry admin.',
  z.strictObject({ user: z.string(), password: z.string() }),
);

named(
  'LogFrame',
  'One line, as `format=json` sends it.',
  z.strictObject({
    seq: z.int().describe('Numbers start at 1 in every run and have no gap.'),
    time: time.nullable(),
    run: z.int(),
    stream: z.string().describe('`local`, the address of a node, or an instance such as `nats_0`.'),
    level: z.enum(['info', 'warn', 'error', 'out']),
    step: z.string().nullable(),
    line: z.string(),
  }),
);

export const logNames = z.array(z.string());

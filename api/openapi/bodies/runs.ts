import { z } from 'zod';
import { OPERATIONS } from '../../../domain/plan/plan.ts';
import { OUTCOMES, STEP_STATES } from '../../../domain/run/run.ts';
import { PHASES } from '../../../workflows/messages.ts';
import { address, named, text, time } from './named.ts';
import { plannedInstance, plannedStep, step } from './plan.ts';

export const phase = z.enum(PHASES);

const summary = {
  run: z.int(),
  operation: z.enum(OPERATIONS),
  revision: z.int().describe('Of the configuration.'),
  release: z.string().describe('sha256 of the release.'),
  state: z.enum([...OUTCOMES, ...PHASES, 'running']).describe('The outcome, or what a run in progress is at.'),
  outcome: z.enum(OUTCOMES).nullable().describe('null while it is in progress.'),
  reason: text.nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  log: z.string().describe('Path of its log.'),
};

export const runSummary = named('RunSummary', 'A run in lists.', z.strictObject(summary));

const stepOfRun = named(
  'StepOfRun',
  'One step of one node or instance in one round.',
  z.strictObject({
    step,
    round: z.int().describe('Counts decisions to retry, from 1.'),
    state: z.enum(STEP_STATES),
    attempts: z.int(),
    failures: z.int(),
    firstFailureAt: time.nullable(),
    position: z.int().optional().describe("Where the node's ledger stood."),
    startedAt: time,
    endedAt: time.nullable(),
    durationMs: z.number(),
    reasons: z.array(text),
    error: z.strictObject({ code: z.string(), message: text }).nullable(),
    progress: z
      .strictObject({
        doing: z.string(),
        forMs: z.number(),
        usualMs: z.number().nullable(),
        waitsFor: z.string().nullable(),
      })
      .nullable()
      .describe('What it is at, once it has lasted for some seconds.'),
  }),
);

const steps = z.array(stepOfRun);
const ids = z.array(z.string());

export const run = named(
  'Run',
  'A whole run: every step of every node and instance, and what waits for what.',
  z.strictObject({
    ...summary,
    progress: z
      .strictObject({
        steps: z.int(),
        over: z.int(),
        elapsedMs: z.number(),
        remainingMs: z.number().nullable(),
        estimatedEnd: time.nullable(),
      })
      .nullable(),
    nodes: z.array(z.strictObject({ address, planned: z.array(plannedStep), steps })),
    instances: z.array(
      z.strictObject({
        ...z.object(plannedInstance).partial({ address: true, change: true, reasons: true, needs: true, after: true })
          .shape,
        planned: z.array(step).optional(),
        afterRemoval: ids.optional(),
        afterUpdate: ids.optional(),
        steps,
      }),
    ),
    parked: z.array(
      named(
        'Parked',
        'What waits for a decision.',
        z.strictObject({
          target: z.string().describe('An address, or the id of an instance.'),
          step,
          round: z.int(),
          park: z.int().describe('Counts its parks, from 1.'),
          code: z.string(),
          message: text,
        }),
      ),
    ),
    working: ids,
    waiting: z.array(z.strictObject({ target: z.string(), for: ids })),
    temporal: z.string().describe('Path of its page in the Temporal Web UI.'),
  }),
);

export const decided = named('Decided', 'What the run does about it.', z.strictObject({ run: z.int(), result: text }));

export const deployed = named(
  'Deploying',
  'The run that deploys. What follows `log` is there where the request began nothing new.',
  z.strictObject({
    run: z.int(),
    revision: z.int(),
    log: z.string().describe('Path of its log.'),
    state: z.enum(['working', 'retrying', 'parked']).optional(),
    parked: ids.optional(),
    retryAt: time.optional().describe('From when on a repeat has what is parked try again.'),
    note: text.optional(),
  }),
);

import { z } from 'zod';
import { COMPONENTS } from '../../../domain/components.ts';
import { INSTANCE_CHANGES } from '../../../domain/plan/plan.ts';
import { type StepName, STEPS } from '../../../domain/steps.ts';
import { dnsRecord, finding } from './instances.ts';
import { address, named, text } from './named.ts';
import { place } from './problem.ts';

export const step = z.enum(Object.keys(STEPS) as [StepName, ...StepName[]]);

const need = named(
  'Need',
  'A component that must run before.',
  z.strictObject({ component: z.enum(COMPONENTS), mode: z.enum(['any', 'first', 'all']), hard: z.boolean() }),
);

export const plannedStep = named(
  'PlannedStep',
  'A step that has something to do, and why.',
  z.strictObject({
    name: step,
    reasons: z.array(text),
    refusals: z
      .array(z.strictObject({ code: z.string(), message: text, details: z.looseObject({}).optional() }))
      .optional()
      .describe('Why no change can help.'),
  }),
);

/** What a plan says of an instance. */
export const plannedInstance = {
  id: z.string().describe('Such as `nats/0`.'),
  address,
  change: z.enum(INSTANCE_CHANGES),
  reasons: z.array(text),
  needs: z.array(need),
  after: z.array(z.string()).describe('Ids of instances that must run first.'),
};

const ids = z.array(z.string());

export const plan = named(
  'Plan',
  'What a deploy would do, before anything is touched.',
  z.strictObject({
    revision: z.int().describe('The number that the configuration has, or would get.'),
    release: z.strictObject({ name: z.string(), version: z.string(), sha256: z.string() }),
    nodes: z.array(
      z.strictObject({
        address,
        profile: z.string().optional().describe('Of its operating system.'),
        change: z.enum([...INSTANCE_CHANGES, 'unreachable']),
        steps: z.array(plannedStep),
        isUnread: z.boolean().optional(),
        hostKey: z.string().optional().describe('Fingerprint that it shows, where none was pinned.'),
        warnings: z.array(text).optional(),
      }),
    ),
    instances: z.array(
      z.strictObject({
        ...plannedInstance,
        steps: z.array(step),
        afterRemoval: ids.optional(),
        afterUpdate: ids.optional(),
        isUnread: z.boolean().optional(),
        isPresumedRunning: z.boolean().optional(),
        obstacles: z.array(text).describe('What the deploy would park with.'),
      }),
    ),
    interruptions: z
      .array(z.strictObject({ instance: z.string(), what: text, reasons: z.array(text) }))
      .optional()
      .describe('What users miss meanwhile.'),
    builds: z.record(z.string(), z.string()).describe('Who makes what nobody has made yet.'),
    dns: dnsRecord
      .extend({ findings: z.array(finding) })
      .optional()
      .describe('What name servers say of the cluster; absent where there is no haproxy.'),
    hash: z.string().describe('What `GET /deploy?confirm=` confirms.'),
    warnings: z.array(place).optional(),
  }),
);

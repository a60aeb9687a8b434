import { z } from 'zod';
import { COMPONENTS } from '../../../domain/components.ts';
import { address, named, text } from './named.ts';

const component = z.enum(COMPONENTS);
const percentage = z.string().regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?%$/);
const state = z.enum(['RUNNING', 'DOWN']);

export const statusRow = named(
  'StatusRow',
  'An instance that is wanted or still installed.',
  z.strictObject({
    Comp: component,
    Ip: address,
    Cpu: percentage,
    Mem: percentage,
    Disk: percentage,
    Status: state,
    Detail: text.optional().describe('Why it does not run.'),
    Age: z.int().optional().describe('Seconds since the last look.'),
  }),
);

export const operated = named(
  'Operated',
  'What was restarted or stopped, when it is done.',
  z.strictObject({
    run: z.int(),
    instances: z.array(z.strictObject({ Comp: component, Ip: address, Status: state, Detail: text.optional() })),
  }),
);

export const operating = named(
  'Operating',
  '`wait` ran out before it was done; empty where the run is not known.',
  z.strictObject({
    run: z.int().optional(),
    log: z.string().optional().describe('Path of the log.'),
  }),
);

const hardware = named(
  'Hardware',
  'Processors, kB of memory, GB of 10^9 bytes times 1024 of disk.',
  z.strictObject({ CPU: z.number(), RAM: z.number(), DISK: z.number() }),
);

export const hardwareRow = named(
  'HardwareRow',
  'What a machine has; nulls and `Error` where it does not answer.',
  z.strictObject({
    Comp: component,
    IP: address,
    CPU: z.number().nullable(),
    RAM: z.number().nullable().describe('kB.'),
    DISK: z.number().nullable().describe('GB of 10^9 bytes, times 1024.'),
    Required: hardware.describe('The minimum, summed over what shares the machine.'),
    Ok: z.boolean().nullable(),
    Error: text.optional(),
  }),
);

export const dnsRecord = z.strictObject({
  record: z.string().describe('As BIND has it in a zone.'),
  dnsmasq: z.string().optional().describe('The same for dnsmasq.'),
  servers: z.array(z.string()).describe('Of the control machine.'),
  isThere: z.boolean().describe('For the control machine, and for one node with name servers.'),
});

export const finding = named(
  'Finding',
  'One thing that is not as a deploy needs it.',
  z.strictObject({
    check: z.string(),
    where: z.string(),
    severity: z.enum(['stops', 'slows']),
    what: text,
    remedy: text,
  }),
);

export const preflightReport = named(
  'PreflightReport',
  'What would stop or slow a deploy.',
  z.strictObject({
    ok: z.boolean().describe('Nothing stops a deploy.'),
    stops: z.int(),
    slows: z.int(),
    controlMachine: z.strictObject({ address, findings: z.array(finding) }),
    dns: dnsRecord.optional().describe('The DNS record of the cluster; absent where there is no haproxy.'),
    nodes: z.array(
      z.strictObject({
        address,
        components: z.array(component),
        hostKey: z.strictObject({ fingerprint: z.string(), isPinned: z.boolean() }).optional(),
        system: z.string().optional(),
        kernel: z.string().optional(),
        architecture: z.string().optional(),
        hardware: hardware.optional(),
        findings: z.array(finding),
      }),
    ),
    warnings: z
      .array(z.strictObject({ pointer: z.string(), message: text }))
      .optional()
      .describe('About the configuration that was sent.'),
  }),
);

import { z } from 'zod';
import { configuration, shownConfiguration } from '../bodies/configuration.ts';
import { plan } from '../bodies/plan.ts';
import { json, type Operations } from '../operation.ts';
import { ASKING_PAGE, PREVIEWING, RENDERING } from './shared.ts';

const emptyConfiguration = z
  .strictObject({
    components: z.record(z.string(), z.array(z.string()).max(0)),
    properties: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .describe('Nothing was posted yet: a form to fill in.');

const SHOWN = 'The newest configuration, secrets masked.';

export const CONFIGURATION_OPERATIONS: Operations = {
  'GET /config': {
    id: 'getConfiguration',
    tag: 'Configuration',
    summary: 'The newest configuration',
    answers: {
      200: {
        description: SHOWN,
        content: json(z.union([shownConfiguration, emptyConfiguration])),
        maybe: ['ETag'],
      },
    },
  },
  'POST /config': {
    id: 'postConfiguration',
    tag: 'Configuration',
    summary: 'Post the next configuration',
    description: 'All problems are told at once, and nothing is stored then. It is the input of the next deploy.',
    headers: { 'If-Match': 'The `ETag` of the newest configuration as the caller knows it; `*` = any.' },
    body: { isRequired: true, content: { 'application/json': configuration } },
    answers: { 201: { description: SHOWN, content: json(shownConfiguration), headers: ['ETag'] } },
    problems: ['InvalidConfiguration', ...RENDERING, 'RevisionMismatch', 'StoreUnwritable'],
  },
  'GET /plan': {
    id: 'getPlan',
    tag: 'Configuration',
    summary: 'What a deploy would do now',
    description: 'Looks at all nodes, and changes nothing.',
    answers: { 200: { description: 'The plan.', content: { ...json(plan), ...ASKING_PAGE } } },
    problems: ['ConfigMissing', ...RENDERING, ...PREVIEWING],
  },
  'POST /plan': {
    id: 'postPlan',
    tag: 'Configuration',
    summary: 'What a deploy of another configuration would do',
    description: 'Stores nothing. Without a body it does what GET does.',
    body: { isRequired: false, content: { 'application/json': configuration } },
    answers: { 200: { description: 'The plan.', content: json(plan) } },
    problems: ['ConfigMissing', ...RENDERING, ...PREVIEWING],
  },
};

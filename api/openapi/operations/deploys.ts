import { z } from 'zod';
import { DeployInput } from '../../routes/deploy.ts';
import { ResolutionInput, RunsInput } from '../../routes/runs.ts';
import { plan } from '../bodies/plan.ts';
import { decided, deployed, run, runSummary } from '../bodies/runs.ts';
import { json, type Operation, type Operations } from '../operation.ts';
import { ASKING_PAGE, PREVIEWING, RENDERING } from './shared.ts';

const { 'dry-run': dryRun, confirm } = DeployInput.shape;

const DEPLOY = {
  tag: 'Deploys',
  query: {
    'dry-run': { schema: dryRun, description: 'The plan instead: nothing is changed.' },
    confirm: {
      schema: confirm,
      description: '`hash` of the plan that was seen, where instances that keep data would go.',
    },
  },
  answers: {
    200: { description: 'With `dry-run`: the plan.', content: json(plan) },
    202: {
      description: 'The run that deploys, new or already at work.',
      content: json(deployed),
      headers: ['Location'],
      maybe: ['Retry-After'],
    },
  },
  problems: [
    'ConfigMissing',
    'NotActivated',
    'DeploymentLimitReached',
    'RunInProgress',
    'RunEnded',
    'DuplicateController',
    'UnknownInstances',
    'ConfirmationNeeded',
    'EngineDamaged',
    'NetworkDown',
    ...RENDERING,
    ...PREVIEWING,
  ],
} as const satisfies Partial<Operation>;

export const DEPLOY_OPERATIONS: Operations = {
  'GET /deploy': {
    ...DEPLOY,
    id: 'deploy',
    summary: 'Deploy the newest configuration',
    description: 'A repeat during the run is harmless; on a parked run it has what is parked try again.',
    answers: {
      ...DEPLOY.answers,
      200: {
        description: 'With `dry-run`: the plan. For a browser: a page that asks first.',
        content: { ...json(plan), ...ASKING_PAGE },
      },
    },
  },
  'POST /deploy': {
    ...DEPLOY,
    id: 'deployFromPage',
    summary: 'The same as GET, for pages',
  },
  'GET /runs': {
    id: 'getRuns',
    tag: 'Deploys',
    summary: 'Runs, newest first',
    query: {
      before: { schema: RunsInput.shape.before, description: 'Only runs before this one.' },
      limit: { schema: RunsInput.shape.limit, description: 'So many at most.' },
    },
    answers: { 200: { description: 'One page.', content: json(z.array(runSummary)), maybe: ['Link'] } },
  },
  'GET /runs/:run': {
    id: 'getRun',
    tag: 'Deploys',
    summary: 'One run in full',
    answers: { 200: { description: 'The run.', content: json(run) } },
    problems: ['RunNotFound'],
  },
  'POST /runs/:run/resolve': {
    id: 'resolve',
    tag: 'Deploys',
    summary: 'Decide about what is parked',
    description: '`targets`: addresses or instances such as `nats/0`; default: everything that is parked.',
    body: { isRequired: true, content: { 'application/json': ResolutionInput } },
    answers: { 200: { description: 'The decision is taken up.', content: json(decided) } },
    problems: ['RunNotFound', 'NothingParked', 'RunEnded', 'NoWorker'],
  },
  'POST /runs/:run/cancel': {
    id: 'cancel',
    tag: 'Deploys',
    summary: 'Stop a run in order',
    answers: { 202: { description: 'It is being cancelled.', content: json(decided) } },
    problems: ['RunNotFound', 'RunEnded', 'NoWorker'],
  },
};

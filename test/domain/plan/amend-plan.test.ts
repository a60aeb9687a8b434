import { expect, it } from 'vitest';
import { instancesOf } from '../../../domain/instance.ts';
import { amendPlan } from '../../../domain/plan/amend-plan.ts';
import { makePlan } from '../../../domain/plan/make-plan.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 50 };
const instances = instancesOf([
  { component: 'nats', address: '10.0.0.1', number: 0 },
  { component: 'uaa', address: '10.0.0.1', number: 0 },
  { component: 'dea', address: '10.0.0.2', number: 0 },
]);
const survey = (address: string, found: Partial<NodeSurvey> = {}): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: [],
  missingBuilds: [],
  fence: 0,
  ...found,
});
const failure = { code: 'AuthenticationFailed', message: 'wrong password' };
const plan = makePlan({
  run: 1,
  revision: 1,
  release: 'r',
  instances,
  surveys: [survey('10.0.0.1', { failure }), survey('10.0.0.2', { failure })],
  limits: LIMITS,
});

it('replaces what was planned blindly by what the node lacks, and leaves the others', () => {
  const amended = amendPlan(plan, {
    instances,
    survey: survey('10.0.0.1', {
      steps: [
        { name: 'connect', reasons: ['no runner'] },
        { name: 'swapAptSource', reasons: ['another mirror'] },
      ],
      instances: [
        { id: 'nats/0', isInstalled: true, steps: [] },
        { id: 'uaa/0', isInstalled: true, steps: [{ name: 'start', reasons: ['down'] }] },
      ],
    }),
  });
  expect(amended.nodes).toEqual([
    {
      address: '10.0.0.1',
      profile: 'debian-12',
      steps: [
        { name: 'connect', reasons: ['wrong password'] },
        { name: 'swapAptSource', reasons: ['another mirror'] },
      ],
    },
    plan.nodes[1],
  ]);
  expect(amended.instances).toMatchObject([{ id: 'uaa/0', change: 'changed', steps: ['start'] }, { id: 'dea/0' }]);
  expect(amended.instances[0]).not.toHaveProperty('isUnread');
  expect(amended.instances[0]?.needs).toEqual(plan.instances.find(({ id }) => id === 'uaa/0')?.needs);
});

it('leaves what instances wait for as it was judged beside all others', () => {
  const waits = { afterRemoval: ['dea/9'], afterUpdate: ['uaa/0'] };
  const waiting = { ...plan, instances: plan.instances.map((each) => ({ ...each, ...waits })) };
  const found = [
    { id: 'nats/0', isInstalled: false, steps: [{ name: 'installJob' as const, reasons: ['not installed'] }] },
  ];
  const amended = amendPlan(waiting, { instances, survey: survey('10.0.0.1', { instances: found }) });
  expect(amended.instances[0]).toMatchObject({ id: 'nats/0', ...waits });
});

import { expect, it } from 'vitest';
import { instancesOf } from '../../../domain/instance.ts';
import { previewChanges } from '../../../domain/plan/plan-preview.ts';
import type { Refusal } from '../../../domain/plan/plan.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import type { StepName } from '../../../domain/steps.ts';

const before = instancesOf([
  { component: 'nats', address: '10.0.0.1', number: 0 },
  { component: 'uaa', address: '10.0.0.2', number: 0 },
  { component: 'dea', address: '10.0.0.9', number: 0 },
]);
const after = instancesOf([
  { component: 'nats', address: '10.0.0.1', number: 0 },
  { component: 'uaa', address: '10.0.0.2', number: 0 },
  { component: 'nats', address: '10.0.0.3', number: 1 },
]);

const survey = (address: string, found: Partial<NodeSurvey> = {}): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: after.filter((each) => each.address === address).map(({ id }) => ({ id, isInstalled: true, steps: [] })),
  missingBuilds: [],
  fence: 0,
  ...found,
});

const changed = (id: string, name: 'installJob' | 'start', reasons: string[], isInstalled = true) => ({
  instances: [{ id, isInstalled, steps: [{ name, reasons }] }],
});

const connect = { name: 'connect' as const, reasons: ['no runner'] };
const preview = previewChanges({
  instances: after,
  installed: before,
  surveys: [
    survey('10.0.0.1', changed('nats/0', 'installJob', ['properties: nats.machines'])),
    survey('10.0.0.2'),
    survey('10.0.0.3', { steps: [connect], ...changed('nats/1', 'installJob', ['not installed'], false) }),
  ],
});

it('shows every instance, with what happens to it and why', () => {
  expect(preview.instances.map(({ id, address, change, reasons }) => [id, address, change, reasons])).toEqual([
    ['nats/0', '10.0.0.1', 'changed', ['properties: nats.machines']],
    ['uaa/0', '10.0.0.2', 'untouched', []],
    ['nats/1', '10.0.0.3', 'added', ['not installed']],
    [
      'dea/0',
      '10.0.0.9',
      'removed',
      ['no longer in the configuration', 'goes after the updates of nats/0, which may point to it'],
    ],
  ]);
});

it('shows what is swept as the last step of a node', () => {
  const surveys = [survey('10.0.0.1', { sweep: '2 releases, 5.0 MB' }), survey('10.0.0.2')];
  const { nodes } = previewChanges({ instances: before.slice(0, 2), installed: before.slice(0, 2), surveys });
  expect(nodes.map(({ change, steps }) => [change, steps])).toEqual([
    ['changed', [{ name: 'sweep', reasons: ['2 releases, 5.0 MB'] }]],
    ['untouched', []],
  ]);
});

it('shows which nodes are given back, or would be if they answered', () => {
  const [A, B, C] = ['10.0.0.8', '10.0.0.9', '10.0.0.10'] as const;
  const silent = survey(A, { failure: { code: 'NodeUnreachable', message: 'no route' } });
  const wanted = before.slice(0, 2);
  const refusals = [{ code: 'DuplicateController', message: 'of another engine' }];
  const foreign = survey(C, { steps: [{ name: 'connect', reasons: ['of another engine'], refusals }] });
  const surveys = [survey('10.0.0.1'), survey('10.0.0.2'), silent, survey(B), foreign];
  const { nodes } = previewChanges({ instances: wanted, installed: wanted, claimed: ['10.0.0.1', A, B, C], surveys });
  expect(nodes.slice(2).map(({ address, change, steps }) => [address, change, steps.map(({ name }) => name)])).toEqual([
    [A, 'unreachable', ['giveBack']],
    [B, 'removed', ['giveBack']],
    [C, 'untouched', ['connect']],
  ]);
});

it('warns of what a survey was warned of', () => {
  const surveys = [survey('10.0.0.1', { warnings: ['the account ops expires soon'] }), survey('10.0.0.2')];
  const { nodes } = previewChanges({ instances: before.slice(0, 2), installed: before.slice(0, 2), surveys });
  expect(nodes.map(({ warnings }) => warnings)).toEqual([['the account ops expires soon'], undefined]);
});

it('tells what a deploy would park with, and not what it sees to by itself', () => {
  const none = { code: 'NodeUnfit', message: 'no kernel module nfsd' };
  const cured = [
    { code: 'ProgramMissing', message: 'lacks exportfs' },
    { code: 'JobNotRunning', message: 'does not export' },
  ];
  const step = (name: StepName, refusals: readonly Refusal[], reasons: string[] = []) => ({
    name,
    reasons: [...reasons, ...refusals.map(({ message }) => message)],
    ...(refusals.length === 0 ? {} : { refusals }),
  });
  const seen = (isInstalled: boolean, ...steps: NodeSurvey['steps']) => {
    const instances = instancesOf([{ component: 'nfs_server', address: '10.0.0.1', number: 0 }]);
    const node = survey('10.0.0.1', { instances: [{ id: 'nfs_server/0', isInstalled, hasProof: true, steps }] });
    const { instances: previewed } = previewChanges({ instances, surveys: [node], installed: [] });
    return previewed.map(({ reasons, obstacles }) => ({ reasons, obstacles }));
  };

  expect(
    seen(
      false,
      step('installJob', [], ['not installed']),
      step('applySpecialSteps', [none, ...cured]),
      step('start', [], ['not started yet']),
      step('verifyInstance', cured),
    ),
  ).toEqual([{ reasons: ['not installed'], obstacles: [none.message] }]);
  expect(seen(true, step('installJob', [], ['packages: ruby']), step('applySpecialSteps', [none, ...cured]))).toEqual([
    { reasons: ['packages: ruby', none.message], obstacles: [none.message] },
  ]);
  expect(seen(true, step('verifyInstance', cured.slice(1)))).toEqual([{ reasons: ['does not export'], obstacles: [] }]);
});

it('judges what is wrong with files only where the deploy leaves them', () => {
  const refusals = [{ code: 'CertificateInvalid', message: 'cert.pem is for *.cf.local' }];
  const refused = { name: 'applySpecialSteps' as const, reasons: ['cert.pem is for *.cf.local'], refusals };
  const seen = (...steps: NodeSurvey['steps']) => {
    const node = survey('10.0.0.1', { instances: [{ id: 'nats/0', isInstalled: true, steps }] });
    return previewChanges({ instances: after, surveys: [node], installed: before }).instances[0];
  };
  expect(seen({ name: 'installJob', reasons: ['properties: domain'] }, refused)).toMatchObject({
    reasons: ['properties: domain'],
    obstacles: [],
  });
  expect(seen(refused)).toMatchObject({ obstacles: ['cert.pem is for *.cf.local'] });
});

it('shows every node: new, changed, untouched and gone', () => {
  expect(preview.nodes.map(({ address, change }) => [address, change])).toEqual([
    ['10.0.0.1', 'untouched'],
    ['10.0.0.2', 'untouched'],
    ['10.0.0.3', 'added'],
    ['10.0.0.9', 'removed'],
  ]);
});

it('calls a node that has something to do, and was deployed before, changed', () => {
  const surveys = [survey('10.0.0.1', { steps: [{ name: 'transferRelease', reasons: ['job nats is not there'] }] })];
  expect(previewChanges({ instances: after, installed: before, surveys }).nodes[0]?.change).toBe('changed');
});

it('says once of a node that cannot be read why, and of its instances what the last deploy tells', () => {
  const failure = { code: 'NodeUnreachable', message: '10.0.0.1 cannot be reached by SSH (EHOSTUNREACH); is it up?' };
  const previewOf = (found: Partial<NodeSurvey>) =>
    previewChanges({ instances: after, installed: before, surveys: [survey('10.0.0.1', { failure, ...found })] });
  const { nodes, instances } = previewOf({});
  expect(nodes[0]).toMatchObject({
    change: 'unreachable',
    steps: [{ name: 'connect', reasons: ['does not answer; looked at when it does'] }],
  });
  expect(instances[0]).toMatchObject({ id: 'nats/0', change: 'untouched', reasons: [] });
  expect(previewOf(changed('nats/0', 'installJob', ['properties: nats.machines'])).instances[0]).toMatchObject({
    change: 'changed',
    reasons: ['properties: nats.machines'],
  });
});

it('says what keeps it out of a node that answers', () => {
  const failure = { code: 'AuthenticationFailed', message: '10.0.0.1 refuses the password of vcap' };
  const { nodes } = previewChanges({
    instances: after,
    installed: before,
    surveys: [survey('10.0.0.1', { failure, instances: [] })],
  });
  expect(nodes[0]?.steps).toEqual([{ name: 'connect', reasons: [failure.message] }]);
});

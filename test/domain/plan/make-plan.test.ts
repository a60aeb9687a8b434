import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../domain/instance.ts';
import { makePlan } from '../../../domain/plan/make-plan.ts';
import { replacedMachines } from '../../../domain/plan/sweeps.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import { stepsOf } from '../../../domain/steps.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 50 };
const instances = instancesOf([
  { component: 'dea', address: '10.0.0.1', number: 0 },
  { component: 'nats', address: '10.0.0.2', number: 0 },
  { component: 'cloud_controller_ng', address: '10.0.0.2', number: 3 },
  { component: 'cloud_controller_ng', address: '10.0.0.3', number: 5 },
]);
const survey = (address: string, found: Partial<NodeSurvey> = {}): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: instances
    .filter((each) => each.address === address)
    .map(({ id }) => ({ id, isInstalled: true, steps: [] })),
  missingBuilds: [],
  fence: 0,
  ...found,
});
const plan = (...surveys: NodeSurvey[]) =>
  makePlan({ run: 1, revision: 1, release: 'r', instances, surveys, limits: LIMITS });
const quiet = [survey('10.0.0.1'), survey('10.0.0.2'), survey('10.0.0.3')] as const;

describe('makePlan', () => {
  it('plans nothing where nothing has work', () => {
    expect(plan(...quiet)).toMatchObject({ nodes: [], instances: [], builds: {} });
  });

  it('sweeps nodes after everything else, and no node that is left', () => {
    const sweep = '1 package that nothing uses any more, 2.0 MB';
    const leaving = [{ id: 'nats/7', component: 'nats', number: 7, address: '10.0.0.9' }] as const;
    const surveys = [quiet[0], survey('10.0.0.2', { sweep }), quiet[2], survey('10.0.0.9', { sweep })];
    const found = makePlan({ run: 1, revision: 1, release: 'r', instances, leaving, surveys, limits: LIMITS });
    expect(found.sweeps).toEqual([{ address: '10.0.0.2', what: sweep }]);
  });

  it('gives back a node that was only prepared, and that nothing is wanted on any more, once it answers', () => {
    const silent = survey('10.0.0.8', { failure: { code: 'NodeUnreachable', message: 'no route' } });
    const found = plan(...quiet, silent, survey('10.0.0.9'));
    expect(found).toMatchObject({ nodes: [], instances: [] });
    expect(found.sweeps).toEqual([
      { address: '10.0.0.9', step: 'giveBack', what: expect.stringContaining('it was prepared and carries nothing') },
    ]);
    const refusals = [{ code: 'DuplicateController', message: 'a copy of this engine works there' }];
    const steps = [{ name: 'connect', reasons: ['a copy of this engine works there'], refusals }] as const;
    expect(plan(...quiet, survey('10.0.0.9', { steps })).sweeps).toBeUndefined();
    const replaced = survey('10.0.0.7', { failure: { code: 'HostKeyMismatch', message: 'another key' } });
    expect(replacedMachines([...quiet, silent, replaced], { instances, leaving: [] })).toEqual(['10.0.0.7']);
  });

  it('plans to connect to a node that cannot be read, and its instances as the last deploy left them', () => {
    const failure = { code: 'NodeUnreachable', message: 'no route' };
    const planned = (found: Partial<NodeSurvey>) => plan(survey('10.0.0.1', { failure, ...found }), quiet[1], quiet[2]);
    const { nodes, instances: asDeployed } = planned({});
    expect(nodes).toEqual([
      {
        address: '10.0.0.1',
        profile: 'debian-12',
        steps: [{ name: 'connect', reasons: ['does not answer; looked at when it does'] }],
        isUnread: true,
      },
    ]);
    expect(asDeployed).toMatchObject([
      { id: 'dea/0', change: 'untouched', isUnread: true, isPresumedRunning: true, steps: stepsOf('update') },
    ]);
    expect(planned({ instances: [] }).instances).toMatchObject([
      { id: 'dea/0', change: 'changed', isUnread: true, isPresumedRunning: false },
    ]);
  });

  it('runs only the start of an instance that is merely down', () => {
    const down = [{ id: 'nats/0', isInstalled: true, steps: [{ name: 'start' as const, reasons: ['down'] }] }];
    expect(
      plan(
        quiet[0],
        survey('10.0.0.2', { instances: [...down, { id: 'cloud_controller_ng/3', isInstalled: true, steps: [] }] }),
        quiet[2],
      ).instances,
    ).toMatchObject([{ id: 'nats/0', change: 'changed', steps: ['start'], reasons: ['down'] }]);
  });

  it('says why files change, and not that what runs on them has to be started anew', () => {
    const steps = [
      { name: 'installJob' as const, reasons: ['packages: ruby'] },
      { name: 'start' as const, reasons: ['runs on older files'] },
    ];
    const changed = survey('10.0.0.1', { instances: [{ id: 'dea/0', isInstalled: true, steps }] });
    expect(plan(changed, quiet[1], quiet[2]).instances).toMatchObject([{ id: 'dea/0', reasons: ['packages: ruby'] }]);
  });

  it('says that what an operator stopped is started, also where its files change', () => {
    const steps = [
      { name: 'installJob' as const, reasons: ['packages: ruby'] },
      { name: 'start' as const, reasons: ['stopped by operator'] },
    ];
    const changed = survey('10.0.0.1', { instances: [{ id: 'dea/0', isInstalled: true, steps }] });
    expect(plan(changed, quiet[1], quiet[2]).instances).toMatchObject([
      { id: 'dea/0', reasons: ['packages: ruby', 'stopped by operator'] },
    ]);
  });

  it('does not stop what was never installed', () => {
    const fresh = [
      { id: 'dea/0', isInstalled: false, steps: [{ name: 'installJob' as const, reasons: ['not installed'] }] },
    ];
    expect(plan(survey('10.0.0.1', { instances: fresh }), quiet[1], quiet[2]).instances).toMatchObject([
      { id: 'dea/0', change: 'added', steps: ['installJob', 'applySpecialSteps', 'start'] },
    ]);
  });

  it('verifies only what shows something once it runs', () => {
    const down = { id: 'nats/0', isInstalled: true, steps: [{ name: 'start' as const, reasons: ['down'] }] };
    const stepsWith = (hasProof: boolean) =>
      plan(quiet[0], survey('10.0.0.2', { instances: [{ ...down, hasProof }] }), quiet[2]).instances[0]?.steps;
    expect(stepsWith(true)).toEqual(['start', 'verifyInstance']);
    expect(stepsWith(false)).toEqual(['start']);
  });

  it('lets later cloud controllers wait for index 0, which migrates', () => {
    const fresh = {
      id: 'cloud_controller_ng/5',
      isInstalled: false,
      steps: [{ name: 'installJob' as const, reasons: ['not installed'] }],
    };
    expect(plan(quiet[0], quiet[1], survey('10.0.0.3', { instances: [fresh] })).instances).toMatchObject([
      { id: 'cloud_controller_ng/5', after: ['cloud_controller_ng/3'] },
    ]);
  });

  it('waits for no unreachable nats where another one runs', () => {
    const nats = instancesOf([
      { component: 'nats', address: '10.0.0.1', number: 0 },
      { component: 'nats', address: '10.0.0.2', number: 1 },
      { component: 'collector', address: '10.0.0.1', number: 0 },
    ]);
    const down = { id: 'collector/0', isInstalled: true, steps: [{ name: 'start' as const, reasons: ['down'] }] };
    const isRunning = { id: 'nats/0', isInstalled: true, steps: [] };
    const needsOf = (running: NodeSurvey['instances']) =>
      makePlan({
        run: 1,
        revision: 1,
        release: 'r',
        instances: nats,
        surveys: [survey('10.0.0.1', { instances: [...running, down] }), survey('10.0.0.2', { instances: [] })],
        limits: LIMITS,
      }).instances.find(({ id }) => id === 'collector/0')?.needs;
    expect(needsOf([isRunning])).toEqual([]);
    expect(needsOf([])).toMatchObject([{ component: 'nats' }]);
  });

  it('names one builder that carries no dea, and lets it build for the others', () => {
    const lacking = { missingBuilds: ['debian-12/package/nats/1'] };
    const { builds, nodes } = plan(survey('10.0.0.1', lacking), quiet[1], survey('10.0.0.3', lacking));
    expect(builds).toEqual({ 'debian-12/package/nats/1': '10.0.0.2' });
    expect(nodes).toMatchObject([{ address: '10.0.0.2', steps: [{ name: 'compilePackages' }] }]);
  });

  it('lets no node build that would park, prepares builders first, and says who takes over', () => {
    const lacking = { missingBuilds: ['debian-12/package/nats/1'] };
    const refusals = [{ code: 'DiskTooSmall', message: 'too small' }];
    const refused = { steps: [{ name: 'checkDisk' as const, reasons: ['too small'], refusals }] };
    const { builds, builders, nodes } = plan(
      survey('10.0.0.1', { ...lacking, steps: [{ name: 'compilePackages', reasons: ['package nats'] }] }),
      survey('10.0.0.2', refused),
      survey('10.0.0.3', lacking),
    );
    expect(builds).toEqual({ 'debian-12/package/nats/1': '10.0.0.3' });
    expect(builders).toEqual({ 'debian-12': ['10.0.0.3', '10.0.0.1'] });
    expect(nodes.map(({ address }) => address)).toEqual(['10.0.0.3', '10.0.0.1', '10.0.0.2']);
  });

  it('names a builder of each system, on a dea where there is no other node of it', () => {
    const old = { profile: 'ubuntu-12.04', missingBuilds: ['ubuntu-12.04/package/nats/1'] };
    const lacking = { missingBuilds: ['debian-12/package/nats/1'] };
    const { builds } = plan(survey('10.0.0.1', old), survey('10.0.0.2', lacking), survey('10.0.0.3', lacking));
    expect(builds).toEqual({ 'ubuntu-12.04/package/nats/1': '10.0.0.1', 'debian-12/package/nats/1': '10.0.0.2' });
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { attemptStep } from '../../../activities/attempt/step-activity.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { StepName } from '../../../domain/steps.ts';
import { openStore } from '../../../store/open-store.ts';
import { createLocalNode } from '../../support/local-node.ts';
import { FENCE } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext } from '../samples.ts';
import { attemptDependencies, beginPlannedRun, toStep } from './step-attempt.ts';

const { id, component, number, address } = NATS.instance;

/** A store, and a node that carries nats, whose steps do what a shell text does. */
async function cluster() {
  const folder = temporaryFolder();
  const store = await openStore({ dataDir: folder });
  const node = createLocalNode();
  const deps = attemptDependencies(store, node.session, folder);
  onTestFinished(async () => {
    await deps.log.close();
    await node.remove();
    await store.close();
  });
  const run = await beginPlannedRun(store);
  await node.session.installRunner({ ...FENCE, run });
  const context = { ...nodeContext(), instances: [NATS] };
  const contexts: ActivityDependencies['contexts'] = {
    ...deps.contexts,
    load: async () => ({ ...(await deps.contexts.load(1, '')), node: () => context }),
  };
  /** With an owner: the step finds that the node is in use, and changes nothing. */
  const attempt = (step: StepName, target: string, command: string, owner?: string) =>
    attemptStep(
      { ...deps, contexts },
      { run, temporalRunId: 'run', target, address, step, round: 1 },
      {
        signal: new AbortController().signal,
        isCancelled: () => false,
        make: () => {
          const made = toStep({ check: `[ -e ${folder}/done ]`, command });
          const found = { ...made.check, parse: () => ({ owner, isInUse: true }) };
          return owner === undefined ? made : { ...made, check: found, changes: () => [] };
        },
      },
    );
  /** Plans to take it away, and to leave its node. */
  const planRemoval = async (): Promise<void> => {
    const plan = await store.runs.plan(run);
    if (plan === undefined) throw new Error('there is no plan');
    const steps: StepName[] = ['removeInstance', 'leaveNode'];
    const removed = { id, address, change: 'removed', reasons: [], steps, needs: [], after: [] } as const;
    await store.runs.savePlan({ ...plan, instances: [removed] });
  };
  /** Another machine has come in place of the node: nobody but root gets in, and nothing of us is there. */
  const replaceMachine = (): void => {
    deps.connections.node = async (_address, _login, as) => {
      if (as === 'anyone') return node.session;
      throw new DeploymentEngineError('AuthenticationFailed', 'it refuses the user');
    };
  };
  return { store, folder, run, attempt, planRemoval, replaceMachine };
}

it('forgets an instance whose node was replaced by a machine that knows us not', async () => {
  const { store, folder, attempt, planRemoval, replaceMachine } = await cluster();
  await store.installed.note(NATS.instance, { revision: 1, release: '' });
  await planRemoval();
  replaceMachine();
  writeFileSync(join(folder, 'done'), '');
  for (const step of ['removeInstance', 'leaveNode'] as const)
    expect(await attempt(step, id, 'exit 3')).toEqual({ state: 'unchanged' });
  expect(await store.installed.all()).toEqual([]);
});

it('knows an instance from its first change on, also when that fails', async () => {
  const { store, attempt } = await cluster();
  await expect(attempt('installJob', id, 'exit 3')).rejects.toThrow();
  const by = { revision: 1, release: '' };
  expect(await store.installed.all()).toEqual([{ id, component, number, address, ...by, stoppedAt: undefined }]);
});

it('has what it stopped and started in the rows at once, before the next look', async () => {
  const { store, folder, attempt } = await cluster();
  const look = { cpuPercent: 1, memoryPercent: 2, diskPercent: 3, isRunning: true, detail: '', seenAt: 1 };
  await store.statuses.save([{ id, component, address, ...look }]);
  const rows = async () => (await store.statuses.all()).map(({ isRunning, detail }) => ({ isRunning, detail }));
  await attempt('stop', id, `touch ${folder}/done`);
  expect(await rows()).toEqual([{ isRunning: false, detail: 'stopped by operator' }]);
  await attempt('restart', id, `touch ${folder}/done`);
  expect(await rows()).toEqual([{ isRunning: true, detail: '' }]);
});

it('counts neither a step that finds all as wanted nor the preparing of a node', async () => {
  const { store, folder, attempt } = await cluster();
  await attempt('installMonit', address, `touch ${folder}/done`);
  await attempt('installJob', id, 'exit 3');
  expect(await store.installed.all()).toEqual([]);
});

it('knows a node that it claims, whatever becomes of that, until it has given it back', async () => {
  const { store, folder, attempt } = await cluster();
  await attempt('connect', address, 'exit 3').catch(() => undefined);
  expect(await store.nodes.claimed()).toEqual([address]);
  await attempt('giveBack', address, 'exit 3').catch(() => undefined);
  expect(await store.nodes.claimed()).toEqual([address]);
  await attempt('leaveNode', address, '', 'engine-a');
  expect(await store.nodes.claimed()).toEqual([address]);
  await attempt('giveBack', address, `touch ${folder}/done`);
  expect(await store.nodes.claimed()).toEqual([]);
});

it('knows an instance until its node is left too, or nobody would know of that node any more', async () => {
  const { store, folder, attempt, planRemoval } = await cluster();
  await store.installed.note(NATS.instance, { revision: 1, release: '' });
  await planRemoval();
  await attempt('removeInstance', id, `touch ${folder}/done`);
  expect(await store.installed.all()).toHaveLength(1);
  await attempt('leaveNode', id, 'exit 3');
  expect(await store.installed.all()).toEqual([]);
});

it('still knows an instance that somebody has skipped to remove', async () => {
  const { store, folder, run, attempt, planRemoval } = await cluster();
  await store.installed.note(NATS.instance, { revision: 1, release: '' });
  await planRemoval();
  await expect(attempt('removeInstance', id, 'exit 3')).rejects.toThrow();
  await store.steps.end({ run, target: id, step: 'removeInstance', round: 1 }, 'skipped', []);
  await attempt('leaveNode', id, `touch ${folder}/done`);
  expect(await store.installed.all()).toHaveLength(1);
});

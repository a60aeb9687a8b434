import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../domain/text/text.ts';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';
import { configuration } from '../store/samples.ts';
import { until } from '../support/until.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';
import { workingCluster } from './working-cluster.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

describe('Reset of the root', () => {
  const reset = async ({ id, handle }: { id: string; handle: WorkflowHandle }, to: 'first' | 'middle' | 'last') => {
    const { events } = await handle.fetchHistory();
    const tasks = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: done }) => done != null);
    await temporal.client.workflowService.resetWorkflowExecution({
      namespace: OWN_NAMESPACE,
      workflowExecution: { workflowId: id },
      reason: 'Reset in the Web UI',
      requestId: crypto.randomUUID(),
      workflowTaskFinishEventId:
        tasks.at({ first: 0, middle: Math.floor(tasks.length / 2), last: -1 }[to])?.eventId ?? null,
    });
  };

  it('to its first point begins a run anew, and GET /deploy answers with that', async () => {
    const run = await workingCluster(temporal, 'reset-first');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'first');
      await run.untilWorking(2);
      expect(await run.current()).toMatchObject({ number: 2 });
      expect(await run.deploy()).toMatchObject({ run: 2 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
      await until(async () => (await run.current()) === undefined, 'no run is left open');
      expect([await run.outcomeOf(1), await run.outcomeOf(2)]).toEqual(['terminated', 'ok']);
    });
  });

  it('to its first point leaves no child of the former run behind, whom nobody could decide about', async () => {
    const run = await workingCluster(temporal, 'reset-overtaken');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'first');
      await run.untilWorking(2);
      expect(await run.current()).toMatchObject({ number: 2 });
      // The node has seen the newer run.
      run.park('Superseded');
      const former = temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`);
      await until(async () => (await former.describe()).status.name !== 'RUNNING', 'it is over');
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });

  it('to a later point goes on with the run, and GET /deploy answers with it', async () => {
    const run = await workingCluster(temporal, 'reset-later');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'last');
      expect(await run.current()).toMatchObject({ number: 1 });
      expect(await run.deploy()).toMatchObject({ run: 1 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      expect(await run.outcomeOf(1)).toBe('ok');
      // Nothing of it was done twice.
      expect(run.engine.events.filter((event) => event === 'begin nats/0 start')).toHaveLength(1);
    });
  });

  it('of a run that has ended ends at once, and the next deploy is a run of its own', async () => {
    const run = await workingCluster(temporal, 'reset-ended');
    run.goOn();
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      await run.deploy();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      await reset(run, 'middle');
      expect(['terminated', 'ok', 'incomplete']).toContain((await run.result()).outcome);
      expect(await run.outcomeOf(1)).toBe('ok');
      expect(await run.deploy()).toMatchObject({ run: 2 });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });

  it('to a later point hears what its children say from then on', async () => {
    const run = await workingCluster(temporal, 'reset-outlived');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'last');
      run.park();
      await run.untilParked(['10.0.0.1']);
      await run.resolve();
      await run.untilWorking(2);
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
    });
  });

  it('goes on with a run that took over from a parked one', async () => {
    const run = await workingCluster(temporal, 'reset-superseding');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      run.park();
      await run.untilParked(['10.0.0.1']);
      await run.store.configurations.accept(configuration({ dea: ['10.0.0.9'] }), {});
      await until(async () => (await run.deploy(2).catch(() => undefined))?.run === 2, 'the second run has taken over');
      await run.untilWorking(2);
      await reset(run, 'last');
      expect(await run.current()).toMatchObject({ number: 2 });
      expect(await run.deploy(2)).toMatchObject({ run: 2 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
      expect([await run.outcomeOf(1), await run.outcomeOf(2)]).toEqual(['superseded', 'ok']);
    });
  });
});

describe('Reset of a child', () => {
  it('leaves the run with an end', async () => {
    const run = await workingCluster(temporal, 'child-reset');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
      await run.deploy();
      await run.untilWorking();
      const child = temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`);
      const { events } = await child.fetchHistory();
      const first = (events ?? []).find(({ workflowTaskCompletedEventAttributes: done }) => done != null);
      await temporal.client.workflowService.resetWorkflowExecution({
        namespace: OWN_NAMESPACE,
        workflowExecution: { workflowId: child.workflowId },
        reason: 'Reset in the Web UI',
        requestId: crypto.randomUUID(),
        workflowTaskFinishEventId: first?.eventId ?? null,
      });
      run.goOn();
      const { outcome, reason } = await run.result();
      expect(['ok', 'incomplete']).toContain(outcome);
      if (outcome === 'incomplete')
        expect(inEnglish(reason ?? '')).toContain('10.0.0.1: its workflow was terminated by hand');
    });
  });
});

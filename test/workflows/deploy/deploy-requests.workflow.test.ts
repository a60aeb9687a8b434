// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ClusterClient } from '../../../api/temporal/cluster-client.ts';
import { connectCluster } from '../../../api/temporal/temporal-cluster-client.ts';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { type ClusterRun, clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { untilWorks } from '../until-works.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

interface Asked extends ClusterRun {
  readonly gateway: ClusterClient;
  deploy(revision?: number): ReturnType<ClusterClient['deploy']>;
}

/** A cluster as its gateway handles it. */
function asked(name: string): Asked {
  const gateway = connectCluster(temporal.server, name, { engine: 'own', taskQueue: TASK_QUEUE });
  onTestFinished(() => gateway.close());
  const deploy = (revision = 3) => gateway.deploy(revision, Date.now() + 9_500);
  return { ...clusterRun(temporal, name), gateway, deploy };
}

function gate(): { readonly isOpen: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { isOpen: promise, open: resolve };
}

/** The answer to a repeat while all is at work. */
const WORKING = { state: 'working', parked: [] };

const eventsOf = async ({ handle }: ClusterRun): Promise<number> => (await handle.describe()).historyLength;

async function isAnswered({ handle }: ClusterRun): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return events?.some((event) => event.workflowExecutionUpdateCompletedEventAttributes != null) ?? false;
}

describe('a deploy of nodes that nobody reaches', () => {
  const REFUSAL = {
    code: 'NetworkDown',
    message: 'Please ensure the network is enable! No node answers: 10.0.0.1 is silent',
    details: { nodes: [{ address: '10.0.0.1', reason: '10.0.0.1 is silent' }] },
  };

  it('is refused with what the survey has found, and its run ends', async () => {
    const run = asked('unreached');
    const engine = fakeEngine({ run: 1, nodes: ['10.0.0.1'], instances: [], refusal: REFUSAL });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await expect(run.deploy()).rejects.toMatchObject(REFUSAL);
      expect(await run.result()).toEqual({ outcome: 'failed', run: 1, reason: REFUSAL.message });
      expect(engine.events).toEqual(['finish failed']);
    });
  });

  it('goes on where somebody was given the run before, whoever waits by then', async () => {
    const run = asked('unreached, promised');
    const surveyed = gate();
    const engine = fakeEngine({ run: 1, nodes: ['10.0.0.1'], instances: [], refusal: REFUSAL });
    await temporal.withWorker({ ...engine.activities, survey: () => surveyed.isOpen }, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.deploy()).toEqual({ run: 1, revision: 3 });
      const waiting = run.deploy();
      await until(async () => (await run.status()).used.updates === 2, 'the second request waits');
      surveyed.open();
      expect(await waiting).toEqual({ run: 1, revision: 3, repeat: WORKING });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
    });
  });

  it('goes on where nobody waits for an answer any more', async () => {
    const run = asked('unreached, by hand');
    const engine = fakeEngine({ run: 1, nodes: ['10.0.0.1'], instances: [], refusal: REFUSAL });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await run.start();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
    });
  });
});

describe('a repeated deploy', () => {
  it('leaves the history of a run at work alone', async () => {
    const run = asked('working');
    const work = gate();
    const engine = fakeEngine({ run: 1, nodes: ['10.0.0.1'], instances: [], step: () => work.isOpen });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.deploy()).toEqual({ run: 1, revision: 3 });
      await until(() => engine.events.includes('begin 10.0.0.1 connect'), 'it works');
      const before = await eventsOf(run);
      for (let repeats = 0; repeats < 50; repeats += 1)
        expect(await run.deploy()).toEqual({ run: 1, revision: 3, repeat: WORKING });
      // Accepted repeats would be hundreds; what the run itself does meanwhile are a few.
      expect((await eventsOf(run)) - before).toBeLessThan(25);
      await expect(run.deploy(4)).rejects.toMatchObject({ code: 'RunInProgress', details: { run: 1, revision: 3 } });
      expect((await eventsOf(run)) - before).toBeLessThan(25);
      work.open();
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
  });

  it('tries again what is parked, but not as often as it is repeated; decisions always get through', async () => {
    const run = asked('parked');
    const engine = fakeEngine({
      run: 2,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [],
      step: () => {
        throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await run.deploy();
      await run.untilParked(['10.0.0.1', '10.0.0.2']);
      const tries = (): number => engine.events.filter((event) => event === 'retry 10.0.0.1 connect').length;
      // Five scripts that poll, each through a gateway of its own.
      const poll = async ({ deploy }: Asked): Promise<void> => {
        for (let repeats = 0; repeats < 200; repeats += 1) {
          // A busy machine may say that it is.
          const answer = await deploy().catch((error: { code?: unknown }) => error);
          expect(answer).toMatchObject('run' in answer ? { run: 2 } : { code: 'NoWorker' });
        }
      };
      await Promise.all(Array.from({ length: 5 }, () => poll(asked('parked'))));
      expect(tries()).toBeGreaterThanOrEqual(1);
      // 10 s, 20 s, 40 s apart: a few in the time that this takes.
      expect(tries()).toBeLessThan(8);
      const { used } = await run.status();
      expect(used.updates).toBeLessThan(10);
      expect(used.events).toBeLessThan(1_000);

      await until(async () => (await run.status()).parked.length === 2, 'both are parked again');
      expect(await run.resolve({ action: 'abort', targets: ['10.0.0.1'] })).toContain('abort');
      await run.untilParked(['10.0.0.2']);
      expect(await run.cancel()).toContain('being cancelled');
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('says that what is parked tries again, or when a repeat has it do so', async () => {
    const run = asked('told');
    const engine = fakeEngine({
      run: 4,
      nodes: ['10.0.0.1'],
      instances: [],
      step: () => {
        throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.deploy()).toEqual({ run: 4, revision: 3 });
      await run.untilParked(['10.0.0.1']);
      expect(await run.deploy()).toEqual({
        run: 4,
        revision: 3,
        repeat: { state: 'retrying', parked: ['10.0.0.1'] },
      });
      await until(() => engine.events.includes('retry 10.0.0.1 connect'), 'it tries again');
      await run.untilParked(['10.0.0.1']);
      const early = await run.deploy();
      expect(early).toMatchObject({ run: 4, repeat: { state: 'parked', parked: ['10.0.0.1'] } });
      expect(early.repeat?.retryInMs).toBeGreaterThan(0);
      expect(early.repeat?.retryInMs).toBeLessThanOrEqual(10_000);
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('begins the next run when the one that is being verified ends incomplete', async () => {
    const run = asked('verifying');
    const verified = gate();
    const engine = fakeEngine({
      run: 3,
      nodes: ['10.0.0.1'],
      instances: [],
    });
    let runs = 2;
    const activities = {
      ...engine.activities,
      beginRun: async () => ({ run: ++runs, temporalRunId: 'of the fake', revision: 3, batches: [['10.0.0.1']] }),
      verifyCluster: async ({ run: number }: { run: number }) => {
        engine.events.push(`verify ${number}`);
        if (number === 3) await verified.isOpen;
        return { problems: number === 3 ? ['nats/0 does not run: no such process'] : [] };
      },
    };
    await temporal.withWorker(activities, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.deploy()).toEqual({ run: 3, revision: 3 });
      await until(() => engine.events.includes('verify 3'), 'it is verified');
      const repeat = run.deploy();
      await until(async () => (await run.status()).used.updates === 2, 'the repeat is taken up');
      verified.open();
      expect(await repeat).toEqual({ run: 4, revision: 3 });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 4 });
    });
    expect(engine.events).toContain('finish incomplete');
  });

  it('begins the next run when the one in progress is being cancelled', async () => {
    const run = asked('cancelling');
    const ended = gate();
    const engine = fakeEngine({ run: 5, nodes: ['10.0.0.1'], instances: [] });
    let runs = 4;
    const activities = {
      ...engine.activities,
      beginRun: async () => ({ run: ++runs, temporalRunId: 'of the fake', revision: 3, batches: [['10.0.0.1']] }),
      finishRun: async ({ run: number, outcome }: { run: number; outcome: string }) => {
        engine.events.push(`finish ${number} ${outcome}`);
        if (number === 5) await ended.isOpen;
      },
      connect: async ({ run: number }: { run: number }) => {
        engine.events.push(`begin ${number}`);
        // Until its worker stops, which would wait for it.
        if (number === 5) await workUntilCancelled();
        return { state: 'changed' as const };
      },
    };
    await temporal.withWorker(activities, async () => {
      await untilWorks(temporal, run.gateway);
      await run.deploy();
      await run.handle.cancel();
      await until(() => engine.events.includes('finish 5 cancelled'), 'it ends');
      const repeat = run.deploy();
      ended.open();
      expect(await repeat).toMatchObject({ run: 6 });
      // Else the next test's worker would go on with it.
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 6 });
    });
  });
});

describe('a request that was refused', () => {
  it('starts nothing when the worker comes back later', async () => {
    const run = asked('late-start');
    const engine = fakeEngine({ run: 7, nodes: ['10.0.0.1'], instances: [] });
    // The server still takes the worker that has gone for one that will poll again.
    await temporal.withWorker(engine.activities, () => untilWorks(temporal, run.gateway));
    const began = Date.now();
    await expect(run.deploy()).rejects.toMatchObject({ code: 'NoWorker' });
    expect(Date.now() - began).toBeLessThan(9_000);
    await temporal.withWorker(engine.activities, async () => {
      expect(await run.result()).toMatchObject({ outcome: 'refused' });
      expect(engine.events).toEqual([]);
      // And whoever asks now is served.
      expect(await run.deploy()).toEqual({ run: 7, revision: 3 });
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
  });

  it('starts nothing where its start has reached the server late', async () => {
    const run = asked('late-arrival');
    const engine = fakeEngine({ run: 7, nodes: ['10.0.0.1'], instances: [] });
    await temporal.client.workflow.start('deployCluster', {
      taskQueue: 'deployment-engine',
      workflowId: run.id,
      args: [{ cluster: 'late-arrival', operation: 'deploy', beginWithin: 60_000, beginBy: Date.now() - 1 }],
    });
    await temporal.withWorker(engine.activities, async () => {
      expect(await run.result()).toMatchObject({ outcome: 'refused' });
    });
    expect(engine.events).toEqual([]);
  });

  it('neither retries, resolves nor cancels when the worker comes back later', async () => {
    const run = asked('late-update');
    const engine = fakeEngine({
      run: 8,
      nodes: ['10.0.0.1'],
      instances: [],
      step: () => {
        throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await run.deploy();
      await run.untilParked(['10.0.0.1']);
    });
    const order: string[] = [];
    const refused = async (what: string, request: Promise<unknown>): Promise<void> => {
      await expect(request).rejects.toMatchObject({ code: 'NoWorker' });
      order.push(what);
    };
    await Promise.all([
      refused('deploy', run.deploy()),
      refused('decision', run.gateway.resolve({ action: 'abort' })),
      refused('decision', run.gateway.cancel()),
    ]);
    // Who decides waits for less long.
    expect(order).toEqual(['decision', 'decision', 'deploy']);
    await temporal.withWorker(engine.activities, async () => {
      const { used } = await run.status();
      expect(used.updates).toBe(1);
      expect(engine.events.filter((event) => event.startsWith('retry'))).toEqual([]);
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('has no run although its worker came back while it began', async () => {
    const run = asked('late-begin');
    const begun = gate();
    const engine = fakeEngine({ run: 9, nodes: ['10.0.0.1'], instances: [] });
    const { beginRun } = engine.activities;
    const slow = async (input: Parameters<typeof beginRun>[0]) => {
      await begun.isOpen;
      return beginRun(input);
    };
    await temporal.withWorker({ ...engine.activities, beginRun: slow }, async () => {
      await untilWorks(temporal, run.gateway);
      await expect(run.deploy()).rejects.toMatchObject({ code: 'NoWorker' });
      // On a busy machine the gateway gives up before the workflow's own refusal reaches it.
      await until(() => isAnswered(run), 'the workflow has refused it');
      begun.open();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled', run: 9 });
    });
    expect(engine.events).toEqual(['finish cancelled']);
  });
});

it('is started in the Web UI at any time, with or without an input', async () => {
  const run = asked('by-hand');
  const engine = fakeEngine({ run: 10, nodes: [], instances: [] });
  await temporal.client.workflow.start('deployCluster', {
    taskQueue: 'deployment-engine',
    workflowId: run.id,
    args: [],
  });
  await temporal.withWorker(engine.activities, async () => {
    expect(await run.result()).toMatchObject({ outcome: 'unchanged', run: 10 });
  });
});

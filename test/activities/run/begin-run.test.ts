import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { configuration, upTo } from '../../store/samples.ts';
import { activities, deps, lines, RELEASE, store } from './begun-engine.ts';

describe('beginRun', () => {
  type Beginning = Parameters<ReturnType<typeof createRunActivities>['beginRun']>[0];
  const begin = ({
    workflowId = 'cluster/cf',
    runId = 'first',
    given = deps,
    ...beginning
  }: Partial<Beginning> & {
    readonly workflowId?: string;
    readonly runId?: string;
    readonly given?: ActivityDependencies;
  } = {}) =>
    asyncLocalStorage.run({ info: { workflowExecution: { workflowId, runId } } } as unknown as Context, () =>
      createRunActivities(given).beginRun({ cluster: 'cf', operation: 'deploy', ...beginning }),
    );
  const accept = (...args: Parameters<typeof configuration>) => store.configurations.accept(configuration(...args), {});

  it('refuses a workflow that the id does not lock', async () => {
    await accept();
    await expect(begin({ workflowId: 'cluster/other' })).rejects.toMatchObject({ code: 'InvalidRequest' });
    expect(await store.runs.list({ limit: 1 })).toEqual([]);
  });

  it('refuses to begin without a configuration', async () => {
    await expect(begin()).rejects.toMatchObject({ code: 'ConfigMissing' });
  });

  it('gives the same execution the same run, and says once what it is about', async () => {
    await accept();
    const first = await begin();
    expect(first).toEqual({
      run: 1,
      temporalRunId: 'first',
      revision: 1,
      release: RELEASE.sha256,
      batches: [['10.0.0.1']],
    });
    expect(await begin()).toEqual(first);
    expect(await lines(1)).toEqual(['deploy 1: revision 1, cf 170, 1 node']);
    expect(await begin({ runId: 'second', supersedes: 1 })).toMatchObject({ run: 2 });
    expect((await store.runs.get(1))?.outcome).toBe('superseded');
  });

  it('says what the run is about that a try before it has begun, though another revision is the newest', async () => {
    await accept();
    const first = await begin();
    await accept({ nats: ['10.0.0.2'] });
    expect(await begin()).toEqual(first);
  });

  it('has fifty nodes looked at by one activity, those that are left among them', async () => {
    await accept({ dea: upTo(60).map((last) => `10.0.1.${last}`) });
    const left = { id: 'nats/0', component: 'nats', number: 0, address: '10.0.0.9' } as const;
    await store.installed.note(left, { revision: 1, release: '' });
    const { batches } = await begin();
    expect(batches.map(({ length }) => length)).toEqual([50, 11]);
    expect(batches.flat()).toContain('10.0.0.9');
  });

  it('restarts what the newest run was about, not what was posted since', async () => {
    await accept();
    await begin();
    await activities().finishRun({ run: 1, outcome: 'ok' });
    await accept({ nats: ['10.0.0.2'] });
    await store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
    const restart = { operation: 'restart', instances: ['nats/0'], runId: 'second' } as const;
    expect(await begin(restart)).toMatchObject({ revision: 1, release: RELEASE.sha256, batches: [] });
    expect(await lines(2)).toEqual(['restart 2: nats/0']);
  });

  describe('where the store cannot be written', () => {
    const failing = (isBegun: boolean): ActivityDependencies => {
      const begins: typeof store.runs.begin = async (start) => {
        if (isBegun) await store.runs.begin(start);
        throw new DeploymentEngineError('StoreUnwritable', 'full');
      };
      return { ...deps, store: { ...store, runs: { ...store.runs, begin: begins } } };
    };

    it('refuses a run that has not begun', async () => {
      await accept();
      await expect(begin({ given: failing(false) })).rejects.toMatchObject({
        type: 'StoreUnwritable',
        nonRetryable: true,
      });
    });

    it('waits for one that has', async () => {
      await accept();
      await expect(begin({ given: failing(true) })).rejects.toMatchObject({ code: 'StoreUnwritable' });
    });
  });
});

describe('checkDeploy', () => {
  it('finds what beginRun would find', async () => {
    await expect(activities().checkDeploy({})).rejects.toMatchObject({ code: 'ConfigMissing' });
    await store.configurations.accept(configuration(), {});
    await activities().checkDeploy({});
    const data = { id: 'database/0', component: 'database', number: 0, address: '10.0.0.1' } as const;
    await store.installed.note(data, { revision: 1, release: '' });
    await expect(activities().checkDeploy({})).rejects.toMatchObject({ code: 'ConfirmationNeeded' });
  });
});

import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it, onTestFinished } from 'vitest';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import { makeStep } from '../../../activities/steps/steps.ts';
import { servingContextOfRun } from '../../../activities/wanted/run-context.ts';
import { createClusterContexts } from '../../../cluster/cluster-contexts.ts';
import type { NodeProfile } from '../../../domain/profiles/profile.ts';
import { PROFILES } from '../../../domain/profiles/profiles.ts';
import { openStore } from '../../../store/open-store.ts';
import { allLines, beginRun, configuration, texts } from '../../store/samples.ts';
import { activate } from '../../support/serials.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const A = '10.10.101.182';

/** An engine whose mirror has lost the release that its last run deployed. */
async function engineWithoutRelease() {
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  await store.engine.identity();
  const deps = dependencies(store);
  const { runnerFile, niseBosh, monitFiles } = nodeContext();
  const contexts = createClusterContexts({
    engine: deps.engine,
    store,
    mirror: deps.mirror,
    shipped: { runnerFile, niseBosh, monitFiles },
    mirrorUrl: (home) => `http://${home}:50001`,
  });
  await store.configurations.accept(configuration(), {});
  await activate(store);
  const { finishRun } = createRunActivities(deps);
  await finishRun({ run: await beginRun(store), outcome: 'ok' });
  await store.nodes.ensureNumbers([{ component: 'nats', address: A }]);
  const begin = (operation: 'deploy' | 'restart', instances?: readonly string[]) =>
    asyncLocalStorage.run(
      { info: { workflowExecution: { workflowId: 'cluster/cf', runId: 'of Temporal' } } } as unknown as Context,
      () =>
        createRunActivities({ ...deps, contexts }).beginRun({
          cluster: 'cf',
          operation,
          ...(instances === undefined ? {} : { instances }),
        }),
    );
  return { store, contexts, begin };
}

it('restarts what is installed, and refuses a deploy, where the release is lost', async () => {
  const { store, contexts, begin } = await engineWithoutRelease();
  await expect(begin('deploy')).rejects.toMatchObject({ code: 'InvalidRelease' });
  const { run } = await begin('restart', ['nats/0']);
  expect(texts(await allLines(store, run))).toEqual([`restart ${run}: nats/0`]);

  const serving = await servingContextOfRun({ store, contexts }, run);
  expect(serving.configuration.properties.domain).toBe(configuration().properties.domain);
  const context = serving.node(A, { profile: PROFILES[0] as NodeProfile, facts: undefined });
  const limits = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1000, maxInFlight: 1 };
  const restart = makeStep('restart', context, 'nats/0', limits);
  expect(restart.changes(restart.check.parse({ exitCode: 0, stdout: '' }))).not.toEqual([]);
});

import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';
import { nodeWorkflowId, TASK_QUEUE } from '../../workflows/messages.ts';
import { NEWER_PATCH, newerBuild } from '../replay/newer-build.ts';
import { until } from '../support/until.ts';
import { clusterRun } from './cluster-run.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

const NODE = '10.0.0.1';
const TAKES_OVER_WITHIN_MS = 60_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let temporal: WorkflowTemporal;
let builds: Record<'older' | 'newer', WorkflowBundleWithSourceMap>;

const bundled = (root: string): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({ workflowsPath: join(root, 'workflows/index.ts'), logger: new DefaultLogger('ERROR') });

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
  builds = { older: await bundled(ROOT), newer: await bundled(newerBuild()) };
});
afterAll(() => temporal.stop());

/** What its history has markers of. */
async function patchesOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const markers = (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) => marker?.details ?? []);
  return markers
    .flatMap((details) => Object.values(details).flatMap(({ payloads }) => payloads ?? []))
    .map(({ data }) => (JSON.parse(new TextDecoder().decode(data ?? undefined)) as { id: string }).id);
}

/** A worker of one of the builds, until it is stopped. */
async function startWorker(build: keyof typeof builds, activities: object): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    connection,
    namespace: OWN_NAMESPACE,
    taskQueue: TASK_QUEUE,
    workflowBundle: builds[build],
    activities,
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '100ms',
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}

it('is left a run that it has worked on by workers of an older build, which neither end nor park it', async () => {
  const failing = new Set(['checkDisk', 'installMonit']);
  const { activities, events } = fakeEngine({
    run: 7,
    nodes: [NODE],
    instances: [],
    step: ({ step }) => {
      if (failing.has(step)) throw failure('CommandFailed', 'it does not work');
    },
  });
  const cluster = clusterRun(temporal, 'rolling');
  const child = temporal.client.workflow.getHandle(nodeWorkflowId('rolling', 7, NODE));
  const begun = (step: string): number => events.filter((event) => event === `begin ${NODE} ${step}`).length;
  const parkedAt = (step: string) =>
    until(
      async () => (await cluster.status()).parked.some((parked) => parked.step === step),
      `parked at ${step}`,
      TAKES_OVER_WITHIN_MS,
    );

  // A run that an older build has begun goes on with a newer one, from where it is parked.
  const stopOlder = await startWorker('older', activities);
  await cluster.start();
  await parkedAt('checkDisk');
  await stopOlder();
  const stopNewer = await startWorker('newer', activities);
  failing.delete('checkDisk');
  await cluster.resolve();
  await parkedAt('installMonit');
  await stopNewer();
  expect(await patchesOf(child)).toContain(NEWER_PATCH);

  // Back at the older one it stands still: nothing is begun, parked anew or failed.
  failing.delete('installMonit');
  const stopOlderAgain = await startWorker('older', activities);
  await cluster.resolve();
  await until(
    async () => ((await child.describe()).raw.pendingWorkflowTask?.attempt ?? 0) > 1,
    'the older build has failed to go on',
    TAKES_OVER_WITHIN_MS,
  );
  expect((await child.describe()).status.name).toBe('RUNNING');
  expect(begun('installMonit')).toBe(1);

  const stopNewerAgain = await startWorker('newer', activities);
  await stopOlderAgain();
  await until(() => begun('installMonit') === 2, 'the newer build goes on', TAKES_OVER_WITHIN_MS);
  expect(await cluster.result()).toMatchObject({ outcome: 'ok', run: 7 });
  await stopNewerAgain();
  for (const step of ['connect', 'buildRuby', 'compilePackages']) expect(begun(step)).toBe(1);
});

import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/activity-dependencies.ts';
import { createActivities } from '../activities/index.ts';
import { watchDamage } from '../distribution/watch-damage.ts';
import { type DamagedFile, namedDamage } from '../domain/damaged-file.ts';
import { exitCodeOfProgram, lastWords } from '../domain/exit-codes.ts';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { localLine } from '../domain/run/log.ts';
import { parseSettings, usesPostgres } from '../domain/schemas/settings.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { workerIdentity } from '../temporal/pollers.ts';
import { lacking } from '../temporal/temporal-problem.ts';
import { ownServer, temporalServer } from '../temporal/temporal-server.ts';
import { taskQueueOf } from '../workflows/messages.ts';
import { claimRuns } from './claim-runs.ts';
import { keepRetention } from './keep-retention.ts';
import { sdkMetrics } from './metrics/sdk-metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { createWorkerMetrics } from './metrics/worker-metrics.ts';
import { GONE_AFTER_MS, knownTo, precedeOlder, watchForNewer } from './newer-build.ts';
import { openDependencies } from './open-dependencies.ts';
import { ownLine } from './own-line.ts';
import { keepWatching } from './start-watching.ts';
import { assertAlone, watchForStrangers } from './work-alone.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** How long running activities get to detach from their nodes; what runs there goes on. */
const SHUTDOWN_GRACE = '1 second';
const SHUTDOWN_FORCE = '2 seconds';
/**
 * Of the memory that small buffers are cut from: a connection keeps some for as long as it is open, and each of them keeps all
 * that it was cut from, 64 KiB by default.
 */
const SMALL_BUFFERS = 1024;
/**
 * Calls in the stacks of workflows, the innermost first and one of Temporal's own before them, 10 by default: Temporal keeps a stack of each promise that is waited
 * for, and with thousands of nodes they were half of the memory of all workflows.
 */
const WORKFLOW_STACKS = 4;
const LOOKS_AT_ONCE = 150;
/** Whatever still hangs then, such as a client waiting for a Temporal server that is gone too, ends with the process. */
const LAST_EXIT_MS = 3_000;

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => setTimeout(() => process.exit(1), LAST_EXIT_MS).unref());

async function main(): Promise<void> {
  // Where its log lies on a full disk, lines are lost and the worker goes on.
  process.stderr.on('error', () => undefined);
  forgetProxies(process.env);
  speakAsSet(process.env);
  Buffer.poolSize = SMALL_BUFFERS;
  // For what is begun from now on: the worker's own stacks stay as long as they are.
  setFlagsFromString(`--stack-trace-limit=${WORKFLOW_STACKS}`);
  const settings = parseSettings(process.env);
  // Before its secrets are forgotten.
  const server = temporalServer(settings, process.env);
  const metrics = createWorkerMetrics();
  const sdk = settings.metricsListen === undefined ? undefined : await sdkMetrics();
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    ...(sdk === undefined ? {} : { telemetryOptions: { metrics: sdk.exporter } }),
  });
  const [connection, bundle, dependencies] = await Promise.all([
    NativeConnection.connect(server.connection),
    workflowBundle(join(settings.cacheDir, 'workflows'), settings.language),
    openDependencies(settings, metrics),
  ]);
  const ending = new AbortController();
  if (settings.metricsListen !== undefined && sdk !== undefined)
    await serveMetrics(settings.metricsListen, metrics.registry, { sdk: sdk.address, signal: ending.signal });
  const taskQueue = taskQueueOf(settings.cluster);
  const { engine, log, store } = dependencies.activities;
  const activities = createActivities(dependencies.activities);

  const identity = workerIdentity(engine.id);
  const worker = await Worker.create({
    connection,
    namespace: server.namespace,
    taskQueue,
    identity,
    workflowBundle: bundle,
    activities,
    interceptors: { activity: [metrics.interceptor] },
    // Three for each node that may be at work, since two more may wait for builds of others; the rest are looks.
    maxConcurrentActivityTaskExecutions: 3 * settings.maxInFlight + LOOKS_AT_ONCE,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 500,
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
    stickyQueueScheduleToStartTimeout: '1 second',
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
  });
  const alone = { server, connection, cluster: settings.cluster, engine: engine.id, identity };
  await assertAlone(alone, {
    onWait: (seconds) =>
      console.log(
        ownLine(phrase('Waits for up to {seconds} s: workers with another store may still be here', { seconds })),
      ),
  });
  // Only who may work here holds the runs.
  const claim = await claimRuns(
    { claims: store.claims, connection, server, cluster: settings.cluster },
    {
      onWait: (seconds) =>
        console.log(
          ownLine(
            phrase('Waits for up to {seconds} s: workers of another Temporal may still hold the runs', { seconds }),
          ),
        ),
    },
  );
  const build = { cluster: settings.cluster, known: knownTo(activities), requirements: store.requirements };
  // In a data folder there is one engine, all of one build.
  await precedeOlder(build, usesPostgres(settings) ? GONE_AFTER_MS : 0);
  // Somebody may have come while it waited.
  await assertAlone(alone);
  let leaving: Text | undefined;
  const leave = (reason: Text): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    leaving ??= reason;
    log.write(0, [localLine(reason, 'warn')]);
  };
  const stopLooking = watchForNewer(build, leave);
  const stopLookingForStrangers = watchForStrangers(alone, leave);
  void claim.lost.then(leave);
  console.log(ownLine('worker ready', { taskQueue }));
  const running = worker.run();
  void keepWatching(server, settings.cluster, { signal: ending.signal });
  void watchDamage(dependencies.damage, (files) => tellDamage(files, log), ending.signal);
  const stopForgetting = keepRetention(store, settings.logRetention);
  await running;
  stopLooking();
  stopLookingForStrangers();
  stopForgetting();
  ending.abort();
  // Beside a Temporal that others use too, their workers go on to hold it.
  await claim.end({ isLast: server.address === ownServer(settings).address });
  await dependencies.close();
  await connection.close();
  if (leaving !== undefined) throw lacking(leaving);
}

/** In the worker's log and in local.log: people look in either for why a deploy is refused. */
function tellDamage(files: readonly DamagedFile[], log: ActivityDependencies['log']): void {
  if (files.length === 0) return;
  const line = phrase('Files of the engine differ from its package, so it refuses to deploy: {files}', {
    files: namedDamage(files),
  });
  console.error(ownLine(line, { count: files.length }));
  log.write(0, [localLine(line, 'error')]);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exit(exitCodeOfProgram(error));
}

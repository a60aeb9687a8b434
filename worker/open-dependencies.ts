import { createLogins } from '../activities/access/login.ts';
import type { ActivityDependencies } from '../activities/activity-dependencies.ts';
import { createSightings } from '../activities/checks/known.ts';
import { createClusterContexts } from '../cluster/cluster-contexts.ts';
import { createDamageCheck, type DamageCheck } from '../distribution/damage.ts';
import { forgetOwnSecrets } from '../domain/schemas/own-secrets.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import { mirrorRoot } from '../mirror/location.ts';
import { openMirror } from '../mirror/mirror.ts';
import { engineRelease } from '../mirror/releases/engine-release.ts';
import { createConnections, sharedTries } from '../ssh/connections.ts';
import { commandKey } from '../ssh/runner/key.ts';
import { RUNNER_FILE } from '../ssh/runner/runner-source.ts';
import { createVisit } from '../ssh/visit.ts';
import { createLogWriter } from '../store/log/log-writer.ts';
import { openStore } from '../store/open-store.ts';
import { controller } from './controller.ts';
import type { WorkerMetrics } from './metrics/worker-metrics.ts';
import { readMonitFiles, readNiseBosh } from './shipped-files.ts';

/**
 * Longer than most runs, so that the look that ends one needs no login where nothing was done since the look before it; the last
 * one stays for the deploys that follow.
 */
const KEEP_SHELLS_MS = 60_000;

interface Opened {
  readonly activities: ActivityDependencies;
  readonly damage: DamageCheck;
  close(): Promise<void>;
}

/** Builds the real dependencies of the activities, and tells the metrics of them. */
export async function openDependencies(settings: Settings, metrics: WorkerMetrics): Promise<Opened> {
  const {
    cluster,
    dataDir,
    mirrorListen,
    cacheDir,
    patience,
    selfRetry,
    selfRetryMax,
    startDeadline,
    passwordWindow,
    maxInFlight,
    release: given,
  } = settings;
  const store = await openStore(settings);
  // Programs that we start must not inherit them.
  forgetOwnSecrets(process.env);
  const engine = await store.engine.identity();
  const own = controller();
  await store.engine.workFrom(own);
  const root = mirrorRoot({ cacheDir });
  const mirror = openMirror(root);
  const release = await engineRelease(root, given);
  const ways = {
    identity: engine,
    hostKeys: store.nodes,
    mask: store.log.mask,
    tries: sharedTries(passwordWindow),
    keepShellsMs: KEEP_SHELLS_MS,
    controller: own,
  };
  const connections = createConnections(ways);
  metrics.watch({ connections, log: store.log });
  const log = createLogWriter(store.log);
  const contexts = createClusterContexts({
    engine,
    store,
    mirror,
    shipped: {
      runnerFile: `/var/lib/deployment-engine/${RUNNER_FILE}`,
      niseBosh: readNiseBosh(),
      monitFiles: readMonitFiles(),
    },
    mirrorUrl: (home) => `http://${home}:${mirrorListen?.port ?? 50001}`,
  });
  const damage = createDamageCheck({ cacheDir });
  return {
    damage,
    activities: {
      cluster,
      engine,
      store,
      log,
      connections,
      logins: createLogins(store.configurations, store.nodes),
      sightings: createSightings(),
      visit: () => createVisit(ways),
      commandKey,
      mirror,
      release,
      contexts,
      limits: { patience, selfRetry, selfRetryMax, startDeadline, maxInFlight },
      damagedFiles: damage.damagedFiles,
      folders: [dataDir, cacheDir],
    },
    close: async () => {
      await log.flush();
      await connections.close();
      await store.close();
    },
  };
}

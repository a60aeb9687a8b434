import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Server } from 'node:https';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import process from 'node:process';
import { pino } from 'pino';
import { activateAtStart } from '../activation/activate-at-start.ts';
import { createActivation } from '../activation/activate.ts';
import { createDamageCheck } from '../distribution/damage.ts';
import { watchDamage } from '../distribution/watch-damage.ts';
import type { DamagedFile } from '../domain/damaged-file.ts';
import { exitCodeOfProgram, lastWords } from '../domain/exit-codes.ts';
import { lossyLines } from '../domain/own-machine/lossy-lines.ts';
import { DEFAULT_PROFILE } from '../domain/profiles/profiles.ts';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { forgetOwnSecrets } from '../domain/schemas/own-secrets.ts';
import { authority, parseSettings } from '../domain/schemas/settings.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import { mirrorRoot } from '../mirror/location.ts';
import { openMirror } from '../mirror/mirror.ts';
import { engineRelease } from '../mirror/releases/engine-release.ts';
import { monitProgram } from '../release/monit/monit-program.ts';
import { createRubies, snapshotFile } from '../rendering/sandbox/rubies.ts';
import { createLiveTails, followLog } from '../store/log/log-follow.ts';
import { openStore } from '../store/open-store.ts';
import { areOurs, HELD_MS, withinClaim } from '../store/runs/temporal-claim.ts';
import { anotherHolds, lacking } from '../temporal/temporal-problem.ts';
import { temporalServer } from '../temporal/temporal-server.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { createApp } from './app.ts';
import { createCallers } from './callers/callers.ts';
import { createDryRun } from './candidate/dry-run.ts';
import { writeHome } from './candidate/home-file.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { readCertificate, renewCertificate } from './http/certificate.ts';
import { createGuard } from './http/guard.ts';
import { createHttpServer, LIMITS } from './http/http-server.ts';
import { createTurns, LOOKS } from './http/turns.ts';
import { createLogReaders } from './log-socket/log-readers.ts';
import { attachLogSocket } from './log-socket/log-socket.ts';
import { connectCluster } from './temporal/temporal-cluster-client.ts';

const STOP_WITHIN_MS = 1800;

const ownInterfaces = (): NetworkInterfaceInfo[] => Object.values(networkInterfaces()).flatMap((each) => each ?? []);

async function main(): Promise<void> {
  forgetProxies(process.env);
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  // Before its secrets are forgotten.
  const temporal = temporalServer(settings, process.env);
  const log = pino(
    {},
    lossyLines((line) => writeSync(process.stdout.fd, line)),
  );
  const { dataDir } = settings;
  const root = mirrorRoot(settings);
  const mirror = openMirror(root);
  const release = await engineRelease(root, settings.release);
  const store = await openStore(settings);
  // Programs that we start must not inherit them.
  forgetOwnSecrets(process.env);
  const releaseName = async () => (await mirror.release(release))?.name;
  const activate = createActivation({ store, settings, releaseName });
  await activateAtStart(settings, activate, store);
  const live = createLiveTails(store.log);
  const ending = new AbortController();
  let damage: readonly DamagedFile[] | undefined;
  void watchDamage(createDamageCheck(settings), (files) => (damage = files), ending.signal);
  const dependencies: ApiDependencies = {
    store,
    callers: createCallers({ settings, store, clock: Date.now }),
    cluster: connectCluster(temporal, settings.cluster, { engine: (await store.engine.identity()).id }),
    namespace: temporal.namespace,
    readers: createLogReaders(),
    followRun: ({ untilEnd, ...options }) =>
      followLog(store.log, { ...options, live, ...(untilEnd ? { until: 'end' as const } : {}) }),
    dryRun: createDryRun({
      store,
      mirror: { release: () => mirror.release(release), blobPath: mirror.blobPath },
      monit: monitProgram(settings.cacheDir, DEFAULT_PROFILE.name),
      rubies: createRubies({ snapshotFile: snapshotFile(settings.cacheDir) }),
    }),
    looks: createTurns(LOOKS),
    release: async () => (await mirror.release(release))?.sha256,
    releaseName,
    activate,
    settings,
    log,
    damage: () => damage,
    ownAddresses: () => ownInterfaces().map(({ address }) => address),
    ownNetworks: () => ownInterfaces().flatMap(({ cidr }) => cidr ?? []),
    clock: Date.now,
  };
  const { cluster } = dependencies;
  // Where Temporal is away, runs are left as they are.
  if (!(await withinClaim(async () => (await areOurs(store.claims, cluster.namespaceId)) !== false)))
    throw lacking(anotherHolds(temporal, { cluster: settings.cluster, seconds: HELD_MS / 1000 }));
  // Written again at every start: the process may have ended after storing a configuration and before writing its home.
  const newest = await store.configurations.newest();
  if (newest !== undefined) await writeHome(dataDir, newest.configuration.properties.home);

  const certificate = readCertificate(settings);
  const guard = createGuard(dependencies);
  const server = createHttpServer(createApp(dependencies, guard), LIMITS, certificate);
  if (certificate !== undefined) renewCertificate(server as Server, settings, { log, signal: ending.signal });
  const logSocket = attachLogSocket(server, dependencies, guard);
  server.listen(settings.listen);
  await once(server, 'listening');
  log.info({ listen: authority(settings.listen), auth: settings.auth }, 'serving');
  giveBackMemory(ending.signal);

  const signal = await Promise.race(
    (['SIGTERM', 'SIGINT'] as const).map((name) => once(process, name).then(() => name)),
  );
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
  ending.abort();
  server.close();
  logSocket.close();
  server.closeIdleConnections();
  await once(server, 'close');
  await dependencies.cluster.close();
  await store.close();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exit(exitCodeOfProgram(error));
}

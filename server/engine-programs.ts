import { fileURLToPath } from 'node:url';
import { speaksTls } from '../domain/schemas/callers.ts';
import { withoutOwnSecrets } from '../domain/schemas/own-secrets.ts';
import { authority, type Environment, type HostAndPort, type Settings } from '../domain/schemas/settings.ts';
import { ownServer } from '../temporal/temporal-server.ts';
import type { Program } from './supervise/program.ts';
import { healthAddress, untilHealthy } from './supervise/until-healthy.ts';

/** The engine's own programs, in the order they stop; `ui`: the Web UI of its own Temporal server, if it has one. */
export function ownPrograms(settings: Settings, env: Environment, ui: HostAndPort | undefined): readonly Program[] {
  const shared: Environment = {
    ...(ui === undefined ? env : withOwnTemporal(settings, env, ui)),
    ...sharedEnvironment(settings),
  };
  const health = healthAddress(settings.listen, speaksTls(settings) ? 'https' : 'http');
  return [
    {
      ...nodeProgram('api', shared),
      ports: [{ ...settings.listen, setting: 'DEPLOYMENT_ENGINE_LISTEN' }],
      stopWithin: 2000,
      untilReady: (signal) => untilHealthy(health, signal),
    },
    {
      ...nodeProgram('worker', shared),
      ports:
        settings.metricsListen === undefined
          ? []
          : [{ ...settings.metricsListen, setting: 'DEPLOYMENT_ENGINE_METRICS_LISTEN' }],
      stopWithin: 3500,
    },
    { ...nodeProgram('mirror', withoutOwnSecrets(shared)), stopWithin: 1000 },
  ];
}

/** What is said of other Temporal servers does not hold for ours. */
const withOwnTemporal = (settings: Settings, env: Environment, ui: HostAndPort): Environment => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'))),
  TEMPORAL_ADDRESS: ownServer(settings).address,
  DEPLOYMENT_ENGINE_TEMPORAL_UI: authority(ui),
});

// Collects young objects sooner, and old ones as soon as they are a quarter more than at the last time: there are too few here
// for that to cost much, and in a deploy of a thousand nodes garbage was most of the memory.
const SMALL_HEAP = ['--max-semi-space-size=4', '--heap-growing-percent=25'];

/** The command line of `NAME/main.ts`. */
export const programCommand = (name: string): [string, ...string[]] => [
  process.execPath,
  ...SMALL_HEAP,
  fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url)),
];

/** What each of our programs runs with. */
export const sharedEnvironment = ({ cacheDir }: Pick<Settings, 'cacheDir'>): Environment => ({
  // Compiled code is cached, so that a warm start need not compile again.
  NODE_COMPILE_CACHE: `${cacheDir}/node`,
  // Otherwise each of Temporal's native threads keeps an arena of its own: a third of the worker's memory.
  MALLOC_ARENA_MAX: '2',
  // What is larger goes back to the system when it is freed. By default one text of megabytes, such as a plan, raises the limit
  // above its own size for good, and the holes that such texts leave were a sixth of the worker.
  MALLOC_MMAP_THRESHOLD_: '262144',
});

const nodeProgram = (name: string, env: Environment): Program => ({
  name,
  command: programCommand(name),
  env,
  ports: [],
  stopWithin: 1000,
  // The API's health covers all of them.
  untilReady: () => Promise.resolve(),
});

import { fileURLToPath } from 'node:url';
import {
  authority,
  type Environment,
  type HostAndPort,
  type Settings,
  temporalTarget,
} from '../domain/schemas/settings.ts';
import type { Program } from './supervise/program.ts';
import { healthAddress, untilHealthy } from './supervise/until-healthy.ts';
import { withoutOwnSecrets } from './without-own-secrets.ts';

/** The engine's own programs, in the order they stop; `ui`: the Web UI of its own Temporal server. */
export function ownPrograms(settings: Settings, env: Environment, ui: HostAndPort | undefined): readonly Program[] {
  const shared: Environment = {
    ...env,
    TEMPORAL_ADDRESS: authority(temporalTarget(settings)),
    ...(ui === undefined ? {} : { DEPLOYMENT_ENGINE_TEMPORAL_UI: authority(ui) }),
    // Compiled code of our files and libraries is kept: a warm start loads it instead of compiling again.
    NODE_COMPILE_CACHE: `${settings.cacheDir}/node`,
    // Temporal's native threads would each keep an arena of their own: a third of the worker's memory.
    MALLOC_ARENA_MAX: '2',
  };
  const health = healthAddress(settings.listen);
  return [
    {
      ...nodeProgram('api', shared),
      ports: [{ ...settings.listen, setting: 'DEPLOYMENT_ENGINE_LISTEN' }],
      stopWithin: 2000,
      untilReady: (signal) => untilHealthy(health, signal),
    },
    { ...nodeProgram('worker', shared), stopWithin: 3500 },
    { ...nodeProgram('mirror', withoutOwnSecrets(shared)), stopWithin: 1000 },
  ];
}

// Young objects are collected sooner; nothing here makes enough of them to notice.
const SMALL_HEAP = ['--max-semi-space-size=4'];

const nodeProgram = (name: string, env: Environment): Program => ({
  name,
  command: [process.execPath, ...SMALL_HEAP, fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url))],
  env,
  ports: [],
  stopWithin: 1000,
  // The API's health tells for all of them.
  untilReady: () => Promise.resolve(),
});

import { startPostgres } from '../postgres.ts';
import { startTemporal } from '../temporal.ts';
import { builtTemporal, HOW_TO_BUILD } from './build.ts';
import { startRealTemporal } from './start.ts';

/** A Temporal and a store for several gateways and workers. */
export interface Surroundings {
  readonly address: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** The server that an engine starts for itself, and a PostgreSQL beside it. */
export async function developmentServer(): Promise<Surroundings> {
  const postgres = startPostgres();
  const [temporal] = await Promise.all([startTemporal(), postgres.ready()]);
  return {
    address: temporal.address,
    databaseUrl: postgres.url(),
    stop: async () => {
      await temporal.stop();
      await postgres.remove();
    },
  };
}

/** The server that clusters consist of; it must be in the cache. */
export async function realServer(): Promise<Surroundings> {
  const built = await builtTemporal();
  if (built === undefined) throw new Error(HOW_TO_BUILD);
  const temporal = await startRealTemporal(built);
  return { address: temporal.address, databaseUrl: temporal.storeUrl, stop: temporal.stop };
}

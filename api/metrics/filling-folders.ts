import { authority, type Settings, usesPostgres } from '../../domain/schemas/settings.ts';
import { ownServer } from '../../temporal/temporal-server.ts';

/** Label and path of the folders in which something grows, so that it matters how much room they have. */
export const fillingFolders = (settings: Settings): readonly (readonly [label: string, path: string])[] => [
  ...(usesPostgres(settings) && !hasOwnTemporal(settings) ? [] : [['data', settings.dataDir] as const]),
  ['cache', settings.cacheDir],
];

/** Its database is in the data folder. The engine tells its programs the address as if it were that of another server. */
const hasOwnTemporal = (settings: Settings): boolean =>
  settings.temporalAddress !== undefined && authority(settings.temporalAddress) === ownServer(settings).address;

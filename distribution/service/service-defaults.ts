import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { phrase } from '../../domain/text/text.ts';
import { installedSettings } from './installed-settings.ts';
import type { Service } from './service-unit.ts';
import { serviceImpossible } from './systemd.ts';

const USUAL_CACHE = '/var/cache/deployment-engine';
const USUAL_DATA = '/var/lib/deployment-engine-server';
/** An engine has one of these in its data folder, wherever it keeps the rest. */
export const DATA_MARKS = ['engine.db', 'keys/master.key', 'log/server.log'];

interface Places {
  readonly unitFile?: string;
  readonly usualData?: string;
  /** By the environment, for a first service. */
  readonly givenCache?: string | undefined;
}

/**
 * What a call without options means for an engine in this folder: what the service has that is installed, so that an update keeps
 * account, folders and key. Another data folder would be another engine, with another identity: it is never guessed.
 */
export function serviceDefaults(folder: string, { unitFile, usualData = USUAL_DATA, givenCache }: Places = {}) {
  const installed = installedSettings(unitFile);
  const { user = 'deployment-engine', cacheDir = givenCache || USUAL_CACHE, keyFile } = installed ?? {};
  return {
    user,
    cacheDir,
    keyFile,
    /** Throws `EnvironmentLacking` where only the operator knows. */
    dataDir: () => (installed === undefined ? firstData(folder, usualData) : keptData(installed)),
  };
}

function keptData({ dataDir }: Service): string {
  if (existsSync(dataDir)) return dataDir;
  throw serviceImpossible(
    phrase(
      'the data folder of the installed service is missing: {folder}. Mount it, or name with --data-dir where it is now',
      { folder: dataDir },
    ),
  );
}

/** `data` beside the program is of an engine that was started here by hand. */
function firstData(folder: string, usualData: string): string {
  const [first, second] = [usualData, join(folder, 'data')].filter(holdsData);
  if (first === undefined || second === undefined) return first ?? usualData;
  throw serviceImpossible(
    phrase('both {first} and {second} hold the data of an engine: name with --data-dir the one to go on with', {
      first,
      second,
    }),
  );
}

const holdsData = (dataDir: string): boolean => DATA_MARKS.some((mark) => existsSync(join(dataDir, mark)));

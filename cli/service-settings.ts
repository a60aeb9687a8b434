import { serviceEnvironment } from '../distribution/service/service-environment.ts';
import { type Installed, installedHere, serviceMeant } from '../distribution/service/service-meant.ts';
import type { Service } from '../distribution/service/service-unit.ts';
import type { Environment } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';

const { dataDir, cacheDir, keyFile, key, databaseUrl, databaseUrlFile } = SETTINGS;

/** Of each pair one may be set. */
const PAIRS = [
  [key.variable, keyFile.variable],
  [databaseUrl.variable, databaseUrlFile.variable],
] as const;

interface Serving extends Installed<Service> {
  /** Of the service, beside its unit. */
  readonly environment: (service: Service) => Environment;
}

const servingHere = (): Serving => ({ ...installedHere(), environment: (service) => serviceEnvironment(service) });

/**
 * The settings of a command that names no data folder: those of the service that this program is installed as. The data
 * folder's default is one of the folder that the command is called in, and there would be a second, empty engine; so it would
 * be where the service keeps everything in a database. Throws `EnvironmentLacking` where the service's may not be read.
 */
export function withServiceSettings(env: Environment, serving: Serving = servingHere()): Environment {
  const service = serviceMeant(env, serving);
  if (service === undefined) return env;
  const ofUnit = {
    [dataDir.variable]: service.dataDir,
    [cacheDir.variable]: service.cacheDir,
    ...(service.keyFile === undefined ? {} : { [keyFile.variable]: service.keyFile }),
  };
  return over(env, over(serving.environment(service), ofUnit));
}

/** What is set in the first counts, and else what is set in the second. */
function over(first: Environment, second: Environment): Environment {
  const isSet = (name: string): boolean => Boolean(first[name]);
  const hidden = PAIRS.filter((pair) => pair.some(isSet)).flat();
  const kept = Object.entries(second).filter(([name]) => !isSet(name) && !hidden.some((each) => each === name));
  return { ...first, ...Object.fromEntries(kept) };
}

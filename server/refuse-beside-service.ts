import { type Installed, installedHere, serviceMeant } from '../distribution/service/service-meant.ts';
import type { Service } from '../distribution/service/service-unit.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Environment } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { phrase } from '../domain/text/text.ts';

/**
 * Throws `EnvironmentLacking` for an engine that is started by hand in the folder of the service and names no data folder: it would
 * be another one, without a configuration, that finds all nodes claimed.
 */
export function refuseBesideService(
  env: Environment,
  installed: Installed<Pick<Service, 'folder' | 'dataDir'>> = installedHere(),
): void {
  const service = serviceMeant(env, installed);
  if (service === undefined) return;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    phrase(
      'This program is installed as a service, with its data in {dataDir}: systemctl restart deployment-engine, journalctl -u deployment-engine. To start another engine from here, name a data folder: {variable}',
      { dataDir: service.dataDir, variable: SETTINGS.dataDir.variable },
    ),
  );
}

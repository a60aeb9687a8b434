import { resolve } from 'node:path';
import type { Environment } from '../../domain/schemas/settings.ts';
import { SETTINGS } from '../../domain/schemas/settings-table.ts';
import { ENGINE_FOLDER } from '../packaged.ts';
import { installedSettings } from './installed-settings.ts';
import type { Service } from './service-unit.ts';

/** The installed service, and the folder of this program. */
export interface Installed<Unit> {
  readonly service: Unit | undefined;
  readonly folder: string;
}

export const installedHere = (): Installed<Service> => ({
  service: installedSettings(),
  folder: resolve(ENGINE_FOLDER),
});

/** The service that this program is installed as, where whoever calls it names no data folder, and may mean that one. */
export const serviceMeant = <Unit extends Pick<Service, 'folder'>>(
  env: Environment,
  { service, folder }: Installed<Unit>,
): Unit | undefined => (env[SETTINGS.dataDir.variable] || service?.folder !== folder ? undefined : service);

import { join } from 'node:path';
import { ENGINE_FOLDER } from './packaged.ts';

/** Path of the Temporal server in a package. */
export const packagedTemporal = (folder = ENGINE_FOLDER): string => join(folder, 'temporal/temporal');

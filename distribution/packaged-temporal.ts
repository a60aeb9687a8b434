import { join } from 'node:path';
import { ENGINE_FOLDER } from './packaged.ts';

/** Where a package carries the Temporal server. */
export const packagedTemporal = (folder = ENGINE_FOLDER): string => join(folder, 'temporal/temporal');

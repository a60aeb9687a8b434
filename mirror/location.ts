import path from 'node:path';
import type { Settings } from '../domain/schemas/settings.ts';

/** The root that `openMirror` and the mirror's server work on. */
export const mirrorRoot = ({ cacheDir }: Pick<Settings, 'cacheDir'>): string => path.resolve(cacheDir, 'mirror');

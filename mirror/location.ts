import path from 'node:path';
import type { Settings } from '../domain/schemas/settings.ts';

/** The mirror's root folder. */
export const mirrorRoot = ({ cacheDir }: Pick<Settings, 'cacheDir'>): string => path.resolve(cacheDir, 'mirror');

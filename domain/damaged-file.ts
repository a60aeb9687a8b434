import { firstOf } from './first-of.ts';

/** A file of the engine that differs from its package. */
export interface DamagedFile {
  readonly path: string;
  readonly how: 'changed' | 'missing' | 'added';
}

/** So many are named; the rest are counted. */
export const MOST_DAMAGED_NAMED = 20;

/** `server/main.ts is changed; ...` */
export const namedDamage = (files: readonly DamagedFile[]): string =>
  firstOf(
    files.map(({ path, how }) => `${path} is ${how}`),
    MOST_DAMAGED_NAMED,
    '; ',
  );

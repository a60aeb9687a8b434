import { firstJoined } from './text/joined.ts';
import { phrase, type Text } from './text/text.ts';

/** A file of the engine that differs from its package. */
export interface DamagedFile {
  readonly path: string;
  readonly how: 'changed' | 'missing' | 'added';
}

/** So many are named; the rest are counted. */
export const MOST_DAMAGED_NAMED = 20;

/** `server/main.ts is changed; ...` */
export const namedDamage = (files: readonly DamagedFile[]): Text =>
  firstJoined(
    files.map(({ path, how }) => phrase(`{path} is ${how}`, { path })),
    MOST_DAMAGED_NAMED,
  );

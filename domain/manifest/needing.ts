import type { ComponentName } from '../components.ts';
import { type Phrase, phrase } from '../text/text.ts';

/** That these components need another one. */
export const neededBy = (components: readonly ComponentName[]): Phrase =>
  components.length === 1
    ? phrase('{components} needs it', { components })
    : phrase('{components} need it', { components });

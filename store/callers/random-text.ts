import { createHash, randomBytes } from 'node:crypto';

const RANDOM_BYTES = 32;

/** Nobody guesses it. */
export const randomText = (): string => randomBytes(RANDOM_BYTES).toString('base64url');

/** What is kept of it. Random texts need no slow hash: there is no list of likely ones to try. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

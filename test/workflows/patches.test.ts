import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PATCHES } from '../../workflows/patches.ts';

const FOLDER = fileURLToPath(new URL('../../workflows/', import.meta.url));
/** What a worker of a released engine may have left in the store: without one of these names it would refuse to work there. */
const RELEASED = [
  'a cancel waits for who operates',
  'a decision stands',
  'commands of an operation are ended',
  'commands of what is given up are ended',
  'soft needs pass over what is stuck',
  'soft needs pass over who waits for a removal',
  'the next on a node gets ready',
  'what is left behind is in the way',
];

it('has every patch on the one list, and none of them is ever taken off', () => {
  expect(PATCHES).toEqual(expect.arrayContaining(RELEASED));
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const direct = files.filter((file) =>
    /\b(?:patched|deprecatePatch)\(/.test(readFileSync(join(FOLDER, file), 'utf8')),
  );
  expect(direct).toEqual(['patches.ts']);
});

import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { MASK, Secret } from '../../domain/secret.ts';

const SECRET = new Secret('password', 'canary');

it.each([
  ['a template', `${SECRET}`],
  ['JSON', JSON.stringify({ SECRET })],
  ['inspect', inspect({ deep: { SECRET } }, { depth: 9, showHidden: true })],
  ['a spread', JSON.stringify({ ...SECRET })],
  ['its keys', Object.values(SECRET).join()],
  ['an error', new Error(`no ${SECRET}`).message],
])('does not show in %s', (_form, text) => {
  expect(text).not.toContain('canary');
});

it('prints as the mask, and reveals itself only when asked', () => {
  expect([String(SECRET), SECRET.toJSON(), SECRET.name, SECRET.reveal()]).toEqual([MASK, MASK, 'password', 'canary']);
});

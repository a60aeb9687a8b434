import { expect, it } from 'vitest';
import { activateAtStart } from '../../activation/activate-at-start.ts';
import { serialWith } from '../support/serials.ts';

const settings = { serial: serialWith(), serialFile: undefined };

it.each([
  ['a good', () => Promise.resolve({ isNew: true, serial: { id: '12ab' } })],
  ['a bad', () => Promise.reject(new Error('is damaged'))],
])('starts the engine with %s serial although nothing can be noted', async (_, activate) => {
  const log = { append: () => Promise.reject(new Error('The disk is full.')) };
  await expect(activateAtStart(settings, activate as never, { log } as never)).resolves.toBeUndefined();
});

it('notes what is wrong with a serial', async () => {
  const noted: unknown[] = [];
  const log = { append: async (_run: number, lines: unknown[]) => void noted.push(...lines) };
  const activate = () => Promise.reject(new Error('is damaged'));
  await activateAtStart(settings, activate, { log } as never);
  expect(noted).toMatchObject([{ level: 'error', line: 'DEPLOYMENT_ENGINE_SERIAL: not activated: is damaged' }]);
});

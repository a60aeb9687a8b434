import { afterAll, describe, expect, it } from 'vitest';
import { HABITS } from '../proofs/machines/habits/habits.ts';
import { tryHabits } from '../proofs/machines/try-habits.ts';
import * as cluster from './test-cluster.ts';

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `machines with the habits of real ones${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    afterAll(async () => {
      await cluster.nodes('down', '--wipe');
    });

    // All of them: npm run proof -- machines
    it('are deployed as any other, or say why not', { timeout: 20 * 60_000 }, async () => {
      expect(await tryHabits(HABITS.filter(({ isDose }) => isDose === true))).toEqual([]);
    });
  },
);

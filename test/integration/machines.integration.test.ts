import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HABITS } from '../proofs/machines/habits/habits.ts';
import { tryHabits } from '../proofs/machines/try-habits.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `machines with the habits of real ones${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;

    beforeAll(async () => {
      await cluster.nodes('up', '1'); // the mirror listens on their network
      engine = await createTestEngine(temporaryFolder());
      await engine.start();
    });

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    // All of them: npm run proof -- machines
    it('are deployed as any other, or say why not', { timeout: 20 * 60_000 }, async () => {
      expect(
        await tryHabits(
          engine,
          HABITS.filter(({ isDose }) => isDose === true),
        ),
      ).toEqual([]);
    });
  },
);

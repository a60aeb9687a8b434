import { afterAll, describe, expect, it } from 'vitest';
import * as cluster from '../integration/test-cluster.ts';
import type { Habit } from './machines/habit.ts';
import { HABITS } from './machines/habits/habits.ts';
import { tryHabits } from './machines/try-habits.ts';

/** Nodes at once that two cores can carry. */
const MOST = 10;

/** What is deployed together: machines of one configuration, a handful at a time. */
const batches = [...Map.groupBy(HABITS, ({ properties }) => JSON.stringify(properties ?? {})).values()].flatMap(
  (habits) =>
    Array.from({ length: Math.ceil(habits.length / MOST) }, (_, index) =>
      habits.slice(index * MOST, (index + 1) * MOST),
    ),
);

describe('machines with the habits of real ones', () => {
  afterAll(async () => {
    await cluster.nodes('down', '--wipe');
  });

  it.each(batches.map((habits) => [habits.map(({ name }: Habit) => name).join('; '), habits] as const))(
    '%s',
    async (_, habits) => {
      expect(await tryHabits(habits)).toEqual([]);
    },
  );
});

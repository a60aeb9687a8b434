import { expect, it } from 'vitest';
import { createSlots } from '../../../ssh/connect/slots.ts';

it('lets so many in at a time, first come, first served', async () => {
  const slots = createSlots(2);
  const order: number[] = [];
  const first = await slots.take();
  await slots.take();
  const third = slots.take().then((giveBack) => (order.push(3), giveBack));
  const fourth = slots.take().then(() => order.push(4));
  first();
  first(); // giving back twice frees one slot
  (await third)();
  await fourth;
  expect(order).toEqual([3, 4]);
});

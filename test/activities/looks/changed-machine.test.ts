import { expect, it } from 'vitest';
import { CONNECTED, found, look, reads } from './surveyed-cluster.ts';

const measured = (kiB: number) => ({ ...CONNECTED, stdout: `${CONNECTED.stdout}processors=2\nmemoryKiB=${kiB}\n` });

/** How often the whole was asked since the last time. */
const asked = (): number => reads.splice(0).filter((text) => text.includes('check-end')).length;

it('is asked once more: what it should be was made for the machine that it was', async () => {
  found.answers = { connect: measured(4_000_000) };
  await look();
  asked();
  await look();
  expect(asked()).toBe(1);
  found.answers = { connect: measured(8_000_000) };
  await look();
  expect(asked()).toBe(2);
});

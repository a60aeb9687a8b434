import { expect, it } from 'vitest';
import { fuzz, table } from '../fuzz/fuzz.ts';
import { fuzzedGateway } from '../fuzz/fuzzed-gateway.ts';

const SEED = 1;

it('answers whatever comes, and gives nothing away', async () => {
  const counts = await fuzz(await fuzzedGateway(), 1000, SEED);
  console.log(table(counts, SEED));
  expect(counts.inputs).toBeGreaterThan(700);
}, 120_000);

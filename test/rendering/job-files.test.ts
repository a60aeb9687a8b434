import { beforeAll, describe, expect, it } from 'vitest';
import { renderByBoth } from './both-renderings.ts';
import { REFUSED, TAKEN } from './job-file-cases.ts';

// What is wrong with a job.MF, as nodes and the dry rendering say it: in the same words, with the line.

describe('a job.MF', { timeout: 300_000 }, () => {
  let refused: Awaited<ReturnType<typeof renderByBoth>>;
  let taken: Awaited<ReturnType<typeof renderByBoth>>;
  beforeAll(async () => {
    refused = await renderByBoth(
      REFUSED.map(([, file]) => ({ 'job.MF': file, 'templates/t': 'x' })),
      {},
    );
    taken = await renderByBoth(
      TAKEN.map(([, file, template]) => ({ 'job.MF': file, 'templates/t': template })),
      {},
    );
  }, 300_000);

  it.each(REFUSED)('that %s is refused', (what, _file, refusal) => {
    const position = REFUSED.findIndex(([other]) => other === what);
    const { dry, node } = refused;
    expect(node[position]).toEqual(dry[position]);
    const [said, ...more] = dry[position]?.refusals ?? [];
    expect(more).toEqual([]);
    expect(said).toMatch(refusal);
  });

  it.each(TAKEN)('that %s is taken', (what, _file, _template, out) => {
    const position = TAKEN.findIndex(([other]) => other === what);
    expect(taken.dry[position]).toMatchObject({ out, refusals: [] });
    expect(taken.node[position]).toMatchObject({ out, refusals: [] });
  });
});

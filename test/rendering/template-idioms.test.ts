import { beforeAll, describe, expect, it } from 'vitest';
import { renderByBoth } from './both-renderings.ts';
import { IDIOMS, jobOf, PROPERTIES, TABLES } from './read-idioms.ts';

// What templates of releases do, for both who render them: the dry rendering, and nise-bosh on this machine's ruby. They
// must give the same, and what BOSH's director of 2014 gave where that is known.

describe('what templates of releases do', { timeout: 300_000 }, () => {
  let seen: Awaited<ReturnType<typeof renderByBoth>>;
  beforeAll(async () => {
    seen = await renderByBoth(IDIOMS.map(jobOf), PROPERTIES);
  }, 300_000);

  describe.each(TABLES)('$name', ({ idioms }) => {
    it.each(idioms)('$it', (each) => {
      const position = IDIOMS.indexOf(each);
      const dry = seen.dry[position];
      const node = seen.node[position];
      const first = (said: readonly string[] | undefined, begin: string | undefined): string | undefined =>
        said?.[0]?.slice(0, begin?.length);
      expect(first(dry?.refusals, each.refuses)).toBe(each.refuses);
      expect(first(dry?.warnings, each.warns)).toBe(each.warns);
      if (each.warns === undefined) expect(dry?.out).toBe(each.gives);
      if (each.on === 'dry') return;
      expect(first(node?.refusals, each.refuses)).toBe(each.refuses);
      expect(node?.out).toBe(each.gives);
    });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { JobTexts } from '../../rendering/sandbox/dry-render-protocol.ts';
import { nameOf, renderByBoth } from './both-renderings.ts';

// What templates of releases do, one table for both who render them: the dry rendering, and nise-bosh on this machine's
// ruby. They must give the same, and what BOSH's director of 2014 gave where that is known.

const FOLDER = path.join(import.meta.dirname, 'idioms');

const idiom = z.strictObject({
  it: z.string(),
  template: z.string(),
  /** What the template becomes; where there is a warning, on a node. */
  gives: z.string().optional(),
  /** What the dry rendering's warning begins with. */
  warns: z.string().optional(),
  /** What the refusal begins with. */
  refuses: z.string().optional(),
  on: z.literal('dry').optional(),
});

type Idiom = z.output<typeof idiom>;

const tables = readdirSync(FOLDER).map((file) => ({
  name: path.basename(file, '.yml'),
  idioms: z.array(idiom).parse(parse(readFileSync(path.join(FOLDER, file), 'utf8'))),
}));
const IDIOMS = tables.flatMap(({ idioms }) => idioms);

const PROPERTIES = {
  text: 'who knows',
  list: [{ x: 1 }, { x: 2 }],
  a: { b: 'value', no: false },
  odd: {
    class: 'c',
    method: 'm',
    send: 's',
    hash: 'h',
    object_id: 'o',
    test: 't',
    p: 'p',
    then: 'n',
    system: 'y',
    name: 'x',
  },
};

const jobOf = ({ template }: Idiom, position: number): JobTexts => ({
  'job.MF': JSON.stringify({ name: nameOf(position), templates: { 'odd.erb': 'out' } }),
  'templates/odd.erb': template,
});

describe('what templates of releases do', { timeout: 300_000 }, () => {
  let seen: Awaited<ReturnType<typeof renderByBoth>>;
  beforeAll(async () => {
    seen = await renderByBoth(IDIOMS.map(jobOf), PROPERTIES);
  }, 300_000);

  describe.each(tables)('$name', ({ idioms }) => {
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

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { JobTexts } from '../../rendering/sandbox/dry-render-protocol.ts';
import { nameOf } from './both-renderings.ts';

// What templates of releases do, one table for all who render them.

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

/** One for each file of `idioms/`. */
export const TABLES = readdirSync(FOLDER).map((file) => ({
  name: path.basename(file, '.yml'),
  idioms: z.array(idiom).parse(parse(readFileSync(path.join(FOLDER, file), 'utf8'))),
}));
export const IDIOMS = TABLES.flatMap(({ idioms }) => idioms);

export const PROPERTIES = {
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

export const jobOf = ({ template }: Idiom, position: number): JobTexts => ({
  'job.MF': JSON.stringify({ name: nameOf(position), templates: { 'odd.erb': 'out' } }),
  'templates/odd.erb': template,
});

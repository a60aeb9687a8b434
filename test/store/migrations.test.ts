import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../store/migrations/', import.meta.url));

it('only adds to the tables, because the build before works beside it during an update', () => {
  const files = readdirSync(FOLDER).filter((name) => /^\d{4}-/.test(name));
  const taking = files.filter((name) =>
    /\b(?:drop|rename|alterColumn|modifyColumn)/.test(readFileSync(join(FOLDER, name), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(taking).toEqual([]);
});

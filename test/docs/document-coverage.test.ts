import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('names tests that there are', () => {
  const links = [...read('docs/document-coverage.md').matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[^)]+)\)/g)];
  expect(links.length).toBeGreaterThan(50);
  const lacking = links.filter(([, title = '', file = '']) => !read(file).includes(title));
  expect(lacking.map(([link]) => link)).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

it.each(['README.md', 'README.zh.md'])('lists every npm script in %s, and no other', (readme) => {
  const [, table = ''] = /^\| (?:Script|脚本) [^\n]*\n([^]*?)\n\n/m.exec(read(readme)) ?? [];
  const listed = [...table.matchAll(/^\| `([\w:]+)`/gm)].map(([, name]) => name);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(new Set(listed)).toEqual(new Set(Object.keys(scripts)));
});

it('keeps registry addresses out of the lock file', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved"|registry/);
});

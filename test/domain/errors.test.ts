import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../domain/errors.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
const documented = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| (\d+) +\|/gm)].map(([, code, retry, status]) => ({
  code,
  retry,
  status: Number(status),
}));

describe('docs/errors.md', () => {
  it('has every code once, with its retries and status', () => {
    expect(documented).toEqual(Object.entries(ERRORS).map(([code, traits]) => ({ code, ...traits })));
  });
});

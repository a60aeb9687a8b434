import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workflowBundle } from '../../worker/workflow-bundle.ts';

it('bundles the workflows without zod, and once for the same sources', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const first = await workflowBundle(folder, 'en');
  const code = readFileSync(first.codePath, 'utf8');
  expect(code).toContain('deployCluster');
  expect(code).not.toMatch(/ZodError|node_modules\/zod/);
  expect(await workflowBundle(folder, 'en')).toEqual(first);
  rmSync(folder, { recursive: true });
});

it('has one bundle for each language', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const [english, chinese] = [await workflowBundle(folder, 'en'), await workflowBundle(folder, 'zh')];
  expect(chinese.codePath).not.toBe(english.codePath);
  expect(readFileSync(chinese.codePath, 'utf8')).toContain('./workflows/in-chinese.ts');
  expect(readFileSync(english.codePath, 'utf8')).not.toContain('./workflows/in-chinese.ts');
  rmSync(folder, { recursive: true });
});

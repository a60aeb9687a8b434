import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workflowBundle } from '../../worker/workflow-bundle.ts';

it('bundles the workflows without zod, and once for the same sources', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const first = await workflowBundle(folder);
  const code = readFileSync(first.codePath, 'utf8');
  expect(code).toContain('deployCluster');
  expect(code).not.toMatch(/ZodError|node_modules\/zod/);
  expect(await workflowBundle(folder)).toEqual(first);
  rmSync(folder, { recursive: true });
});

import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { DOCUMENT } from '../api/openapi/described.ts';
import { apiPage } from './api-page.ts';

const PAGE = join(import.meta.dirname, '../../docs/api.md');

it('is made from the description that the gateway serves', async () => {
  const options = await resolveConfig(PAGE);
  const page = await format(apiPage(DOCUMENT), { ...options, filepath: PAGE });
  await expect(page).toMatchFileSnapshot(PAGE);
});

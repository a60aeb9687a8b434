import { expect, it } from 'vitest';
import { inBrowser, reasonWithoutBrowser } from '../integration/web-ui.ts';
import { startGateway } from './gateway.ts';

it.skipIf(reasonWithoutBrowser)('lets a person in who has only a keyboard, and out again', async () => {
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  const expiresAt = Date.now() + 3_600_000;
  const { text } = await gateway.store.tokens.create({ name: 'ana', scope: 'operator', expiresAt });
  await inBrowser(async (page) => {
    // The page puts the cursor there.
    const signIn = async (token: string): Promise<void> => {
      await page.locator('input:focus').waitFor();
      await page.keyboard.type(token);
      await page.keyboard.press('Enter');
    };
    await page.goto(`${gateway.url}/?from=a-link`);
    await signIn('not a token');
    await page.getByRole('alert').getByText('This is not a token that is in force.').waitFor();
    await signIn(text);
    await page.getByText('Signed in as ana').waitFor();
    expect(page.url()).toBe(`${gateway.url}/?from=a-link`);
    await page.goto(`${gateway.url}/deployment-engine/log.html`);
    await page.getByText('live').waitFor();

    await page.goto(`${gateway.url}/deployment-engine/deploy`);
    await page.getByRole('button', { name: 'deploy' }).waitFor();

    await page.goto(gateway.url);
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

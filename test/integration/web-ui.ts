import { existsSync } from 'node:fs';
import { chromium, type Locator, type Page } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'].concat([
  '--disable-background-networking',
  '--disable-component-update',
]);

export const reasonWithoutBrowser = existsSync(PROGRAM) ? undefined : `there is no ${PROGRAM}`;

/** A page as somebody has it before them, by default in English; the browser ends with the work. */
export async function inBrowser<Result>(
  work: (page: Page) => Promise<Result>,
  { locale = 'en-US' }: { readonly locale?: string } = {},
): Promise<Result> {
  const browser = await chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, locale });
    page.setDefaultTimeout(15_000);
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** What the workflow says of itself now, on the tab User Metadata; Markdown has frames of its own there. */
export async function readCurrentDetails(page: Page, timeline: string): Promise<string> {
  await openPage(page, timeline.replace(/\/timeline$/, '/user-metadata'), page.getByText('Current Details').last());
  const details = page.frameLocator('iframe').last().locator('body');
  await details.getByText('Send an Update').waitFor();
  return details.innerText();
}

/** More Actions, Send an Update, `resolve`, its input, Submit. */
export async function sendResolve(page: Page, timeline: string, input: unknown): Promise<void> {
  const actions = page.getByRole('button', { name: 'More Actions' }).last();
  await openPage(page, timeline, actions);
  await actions.click();
  await page.getByRole('menuitem', { name: 'Send an Update' }).click();
  // The page has the dialog twice, for narrow and for wide windows.
  const dialog = page.locator('dialog[open]');
  await dialog.getByTestId('update-select-button').click();
  await dialog.getByRole('option', { name: /resolve/ }).click();
  await dialog.getByRole('textbox', { name: 'Data' }).click();
  await page.keyboard.insertText(JSON.stringify(input));
  // Leaving the editor formats the input and moves the buttons, which a press on Submit would miss.
  await dialog.getByTestId('update-id').focus();
  await dialog.getByTestId('confirm-modal-button').click();
  await page
    .getByText(/update successful/i)
    .first()
    .waitFor();
}

/** Loads a page until what is awaited is there: in a closed network Chromium aborts a load now and then. */
async function openPage(page: Page, url: string, awaited: Locator): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await page.goto(url);
      await awaited.waitFor({ timeout: 10_000 });
      return;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}

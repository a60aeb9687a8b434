import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { offerActivation } from '../../server/offer-activation.ts';
import { openStore } from '../../store/open-store.ts';
import { activate, serialWith, VENDOR_SETTINGS } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = pathToFileURL('server/offer-activation.ts').href;

/** Of an engine that says to callers without a token no more than that it is alive. */
const environment = (dataDir: string) => ({
  ...process.env,
  ...VENDOR_SETTINGS,
  DEPLOYMENT_ENGINE_DATA_DIR: dataDir,
  DEPLOYMENT_ENGINE_CACHE_DIR: dataDir,
  DEPLOYMENT_ENGINE_AUTH: 'tokens',
});

async function said(dataDir: string): Promise<string[]> {
  const lines: string[] = [];
  await offerActivation(environment(dataDir), (line) => lines.push(line));
  return lines;
}

it('says without a terminal why a deploy would be refused, and nothing once it would not', async () => {
  const dataDir = temporaryFolder();
  expect(await said(dataDir)).toEqual([expect.stringMatching(/not activated.*activate - < FILE/)]);
  const store = await openStore({ dataDir });
  await activate(store, { deployments: 1, expiresAt: 1 });
  expect(await said(dataDir)).toEqual([expect.stringContaining('was good until')]);
  await activate(store, { id: 'ab'.repeat(8) });
  expect(await said(dataDir)).toEqual([]);
  await store.close();
});

it('asks for a serial on a terminal', () => {
  const dataDir = temporaryFolder();
  const program = `import('${PROGRAM}').then((m) => m.offerActivation(process.env, console.log))`;
  // `script` gives it a terminal of its own.
  const line = `exec ${process.execPath} --input-type=module --eval "${program}"`;
  const options = {
    env: environment(dataDir),
    input: `${serialWith()}\n`,
    encoding: 'utf8',
    timeout: 170_000,
  } as const;
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], options);
  expect(stdout).toMatch(/not activated.*Serial of the Deployment Engine.*is activated with serial …71a1/s);
});

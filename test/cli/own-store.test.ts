import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import { serialWith, VENDOR_SETTINGS } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOBODY = 65_534;
const KEY = 'ab'.repeat(32);

function run(dataDir: string, [name, ...words]: readonly string[], { env = {}, uid = process.getuid?.() } = {}) {
  const program = fileURLToPath(new URL(`../../cli/${name}.ts`, import.meta.url));
  const settings = { ...process.env, ...VENDOR_SETTINGS, DEPLOYMENT_ENGINE_DATA_DIR: dataDir, ...env };
  const options = { env: settings, input: serialWith(), encoding: 'utf8', timeout: 170_000, uid } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], options);
  return { status, stdout, stderr };
}

const COMMANDS = [
  ['token', 'create', '--scope', 'viewer'],
  ['activate', '-'],
];

it.each(COMMANDS)('%s says which data folder it makes', (...words) => {
  const dataDir = join(temporaryFolder(), 'data');
  expect(run(dataDir, words)).toMatchObject({ status: 0, stderr: expect.stringContaining(`${dataDir} is made`) });
  expect(run(dataDir, words).stderr).not.toContain('is made');
});

// Only root can be another account.
describe.skipIf(process.getuid?.() !== 0)('a data folder of another account', () => {
  const folderOf = (uid: number): string => {
    const folder = temporaryFolder();
    chownSync(folder, uid, uid);
    return folder;
  };
  const ownersIn = (folder: string): Set<string> =>
    new Set(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => {
        const { uid, gid } = lstatSync(join(folder, file));
        return `${uid}:${gid}`;
      }),
    );

  it.each(COMMANDS)('keeps only files of its owner when root calls %s', (...words) => {
    const dataDir = folderOf(NOBODY);
    expect(run(dataDir, words)).toMatchObject({ status: 0 });
    expect(ownersIn(dataDir)).toEqual(new Set([`${NOBODY}:${NOBODY}`]));
  });

  it("is opened by root with a key that is root's alone", async () => {
    const dataDir = folderOf(NOBODY);
    const keyFile = join(temporaryFolder(), 'key');
    writeFileSync(keyFile, `${KEY}\n`, { mode: 0o600 });
    const env = { DEPLOYMENT_ENGINE_KEY_FILE: keyFile };
    for (const words of COMMANDS) expect(run(dataDir, words, { env })).toMatchObject({ status: 0 });
    expect(ownersIn(dataDir)).toEqual(new Set([`${NOBODY}:${NOBODY}`]));
    expect(existsSync(join(dataDir, 'keys'))).toBe(false);

    const store = await openStore({ dataDir, key: KEY });
    expect([await store.tokens.all(), await store.serials.all()]).toMatchObject([{ length: 1 }, { length: 1 }]);
    await store.close();
    expect(run(dataDir, ['token', 'list'], { env, uid: NOBODY })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`${keyFile} cannot be read: permission denied`),
    });
  });

  it.each(COMMANDS)('is refused to an account that is neither, with what to do: %s', (...words) => {
    const dataDir = folderOf(0);
    expect(run(dataDir, words, { uid: NOBODY })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(
        `sudo env DEPLOYMENT_ENGINE_DATA_DIR=${dataDir} ./DeploymentEngineServer ${words.join(' ')}\n`,
      ),
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

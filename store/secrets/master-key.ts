import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

const HEX_KEY = /^[0-9a-f]{64}$/i;

export const keyFile = (dataDir: string): string => join(dataDir, 'keys', 'master.key');

/** The key that the settings give: the content of a file, or the key itself. */
export function givenMasterKey(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { DEPLOYMENT_ENGINE_KEY_FILE: file = '', DEPLOYMENT_ENGINE_KEY: key = '' } = env;
  return (file === '' ? key : readFileSync(file, 'utf8').trim()) || undefined;
}

/** Reads a key from a setting: 64 hex digits. */
export function parseMasterKey(hex: string): Uint8Array {
  if (HEX_KEY.test(hex)) return Buffer.from(hex, 'hex');
  throw new DeploymentEngineError('InvalidSettings', 'The master key must be 64 hexadecimal digits.');
}

/** The key of the data folder; undefined if none was made yet. */
export async function readMasterKey(dataDir: string): Promise<Uint8Array | undefined> {
  const text = await readFile(keyFile(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(dataDir, error);
  });
  if (text === undefined) return undefined;
  if (HEX_KEY.test(text.trim())) return Buffer.from(text.trim(), 'hex');
  throw unreadable(dataDir);
}

/** Makes the key unless another process was faster; returns the key that is there then. */
export async function makeMasterKey(dataDir: string): Promise<Uint8Array> {
  const folder = join(dataDir, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await placeWhole(join(folder, `.${randomUUID()}`), keyFile(dataDir), `${randomBytes(32).toString('hex')}\n`);
  const key = await readMasterKey(dataDir);
  if (key === undefined) throw unreadable(dataDir);
  return key;
}

// A hard link is atomic and fails if the name exists, so no process ever reads half a key.
async function placeWhole(draft: string, target: string, text: string): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await unlink(draft);
  }
}

const unreadable = (dataDir: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError(
    'EngineDamaged',
    phrase('Could not read the master key {file}; restore it.', { file: keyFile(dataDir) }),
    { cause },
  );

import { readFile, rename, writeFile } from 'node:fs/promises';
import { generateSecret } from '../cluster/secrets/generate-secret.ts';
import { InputError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';
import { Secret } from '../domain/secret.ts';
import type { ReleaseVersion } from '../domain/versions/version.ts';

export interface KeptSecrets {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Writes them to the file, readable by its owner alone. */
  keep(): Promise<void>;
}

/**
 * All secrets that the version names: those of the file (a JSON object, name to value), if there is one, and new ones.
 * Throws InvalidConfiguration for a file that is something else.
 */
export async function openSecrets(
  file: string | undefined,
  version: ReleaseVersion,
  cluster: { readonly domain: string },
): Promise<KeptSecrets> {
  const known = file === undefined ? {} : await readSecrets(file);
  const values = { ...known };
  for (const name of version.secrets) values[name] ??= generateSecret(name, cluster);
  return {
    secrets: new Map(Object.entries(values).map(([name, value]) => [name, new Secret(name, value)])),
    keep: async () => {
      if (file !== undefined) await writePrivately(file, `${JSON.stringify(values, undefined, 2)}\n`);
    },
  };
}

async function readSecrets(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const secrets = parseObject(text);
  if (secrets === undefined)
    throw new InputError('InvalidConfiguration', [
      { pointer: '', message: phrase('{file} holds no JSON object of secrets', { file }) },
    ]);
  const problems = Object.entries(secrets)
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => ({ pointer: `/${name}`, message: phrase('must be a text in {file}', { file }) }));
  if (problems.length > 0) throw new InputError('InvalidConfiguration', problems);
  return secrets as Record<string, string>;
}

/** Undefined for anything but an object. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function writePrivately(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, text, { mode: 0o600, flush: true });
  await rename(fresh, file);
}

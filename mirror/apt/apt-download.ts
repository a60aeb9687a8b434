import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { digestOf } from '../blobs/digest.ts';
import type { AptRoot } from './apt-root.ts';

/** A package of the closure, downloaded and verified. */
export interface Deb {
  /** Its path, with apt's own name, so that the next download finds it. */
  readonly path: string;
  /** Its name in the repository: without the epoch, as every Debian archive has it. */
  readonly file: string;
  readonly size: number;
}

interface WantedDeb {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** Downloads the packages with everything they depend on; verifies and keeps what is there already. */
export async function downloadClosure(apt: AptRoot, packages: readonly string[]): Promise<Deb[]> {
  await apt.get('update');
  const wanted = await resolveClosure(apt, packages);
  await dropDamaged(apt.archives, wanted);
  await apt.get('install', ['--download-only', ...packages]);
  await dropForeign(apt.archives, wanted);
  for (const deb of wanted) await verify(apt.archives, deb);
  return wanted.map(({ name, size }) => ({ path: path.join(apt.archives, name), file: withoutEpoch(name), size }));
}

/** Reads the lines of `apt-get --print-uris`: `'URI' NAME SIZE SHA256:DIGEST`. */
export const parseUris = (output: string): WantedDeb[] =>
  [...output.matchAll(/^'[^']*' (\S+) (\d+) SHA256:([0-9a-f]{64})$/gm)].map(([, name = '', size, sha256 = '']) => ({
    name,
    size: Number(size),
    sha256,
  }));

/** `perl_5%3a1.2_amd64.deb` -> `perl_1.2_amd64.deb`. */
export const withoutEpoch = (name: string): string => name.replace(/_\d+%3a/i, '_');

async function resolveClosure(apt: AptRoot, packages: readonly string[]): Promise<WantedDeb[]> {
  // apt leaves out what it already has, so it gets an empty cache.
  const nothing = path.join(apt.archives, '..', 'nothing');
  await mkdir(path.join(nothing, 'partial'), { recursive: true });
  return parseUris(await apt.get('install', ['-o', `Dir::Cache::archives=${nothing}`, '--print-uris', ...packages]));
}

// apt trusts an archive of the right size, so a flipped bit would stay for ever.
async function dropDamaged(archives: string, wanted: readonly WantedDeb[]): Promise<void> {
  for (const { name, sha256 } of wanted) {
    const file = path.join(archives, name);
    if ((await digestOf(file))?.sha256 !== sha256) await rm(file, { force: true });
  }
}

async function dropForeign(archives: string, wanted: readonly WantedDeb[]): Promise<void> {
  const names = new Set(wanted.map(({ name }) => name));
  for (const file of await readdir(archives))
    if (file.endsWith('.deb') && !names.has(file)) await rm(path.join(archives, file), { force: true });
}

async function verify(archives: string, { name, sha256 }: WantedDeb): Promise<void> {
  if ((await digestOf(path.join(archives, name)))?.sha256 === sha256) return;
  throw new DeploymentEngineError('ChecksumMismatch', `apt downloaded ${name} but its sha256 is not the archive's`, {
    details: { file: name, sha256 },
  });
}

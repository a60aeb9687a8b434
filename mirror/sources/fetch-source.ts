import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Source } from '../../domain/profiles/source-build.ts';
import type { AptRoot } from '../apt/apt-root.ts';

const TIMEOUT_MS = 600_000;

/** Downloads a source from its publisher into a folder; returns the file's path. Throws `EnvironmentLacking`. */
export async function fetchSource(
  { file, from }: Source,
  folder: string,
  openApt: () => Promise<AptRoot>,
): Promise<string> {
  const place = path.join(folder, file);
  if ('url' in from) await download(from.url, place);
  else await downloadPackage(await openApt(), from.sourcePackage, folder);
  return place;
}

async function download(url: string, place: string): Promise<void> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(place));
  } catch (cause) {
    throw new DeploymentEngineError('EnvironmentLacking', `${url} cannot be downloaded (${reasonOf(cause)})`, {
      cause,
    });
  }
}

// fetch says only that it failed; why is one level below.
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

async function downloadPackage(apt: AptRoot, sourcePackage: string, cwd: string): Promise<void> {
  await apt.get('update', [], { of: 'sources' });
  await apt.get('source', ['--download-only', '--tar-only', '--only-source', sourcePackage], { of: 'sources', cwd });
}

import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { openAptRoot } from './apt-root.ts';
import { digestOf } from './digest.ts';
import type { Layout } from './layout.ts';
import type { Mirror } from './mirror.ts';
import { wishOf } from './wish.ts';

/** Puts the profile's ruby source into the mirror; true when it was not there yet. */
export async function buildSource(mirror: Mirror, layout: Layout, profile: NodeProfile): Promise<boolean> {
  const { source } = profile.ruby;
  if ((await mirror.source(profile.name))?.sha256 === source.sha256) return false;

  const apt = await openAptRoot(layout.workshop(profile.name), wishOf(profile));
  const directory = await mkdtemp(path.join(layout.workshop(profile.name), 'source-'));
  try {
    await apt.get('update', [], { of: 'sources' });
    const words = ['--download-only', '--tar-only', '--only-source', sourcePackage(source.file)];
    await apt.get('source', words, { of: 'sources', cwd: directory });
    const file = path.join(directory, source.file);
    await verify(file, source.sha256);
    const blob = await mirror.addBlob(createReadStream(file) as AsyncIterable<Uint8Array>);
    await mirror.saveSource(profile.name, { file: source.file, ...blob });
    return true;
  } finally {
    await rm(directory, { recursive: true });
  }
}

// `ruby3.1_3.1.2.orig.tar.xz` is of the source package `ruby3.1`.
const sourcePackage = (file: string): string => file.split('_')[0] ?? file;

async function verify(file: string, sha256: string): Promise<void> {
  const found = await digestOf(file);
  if (found?.sha256 === sha256) return;
  const what = found === undefined ? 'is not what the archive offers' : `has sha256 ${found.sha256}, not ${sha256}`;
  throw new DeploymentEngineError('ChecksumMismatch', `The source ${path.basename(file)} ${what}`, {
    details: { file: path.basename(file), wanted: sha256, found: found?.sha256 },
  });
}

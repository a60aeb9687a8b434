import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownProgram } from '../distribution/own-program.ts';
import type { Language } from '../domain/text/text.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * Bundles the workflows, or uses the bundle of the same sources: bundling takes a second at each start. It is done by a process
 * of its own, since this one would keep 80 MB of the bundler's for as long as it runs.
 */
export async function workflowBundle(cacheFolder: string, language: Language): Promise<{ readonly codePath: string }> {
  const codePath = join(cacheFolder, `workflows-${sourcesDigest()}-${language}.js`);
  if (existsSync(codePath)) return { codePath };
  mkdirSync(cacheFolder, { recursive: true });
  const [program, words] = ownProgram('worker/bundle-workflows.ts');
  await promisify(execFile)(program, [...words, codePath, language]);
  return { codePath };
}

function sourcesDigest(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of ['workflows', 'domain'])
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).toSorted())
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(ROOT, folder, file)));
  return hash.digest('hex').slice(0, 16);
}

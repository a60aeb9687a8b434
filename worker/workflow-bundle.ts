import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { Language } from '../domain/text/text.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Bundles the workflows, or uses the bundle of the same sources: bundling takes a second at each start. */
export async function workflowBundle(cacheFolder: string, language: Language): Promise<{ readonly codePath: string }> {
  const codePath = join(cacheFolder, `workflows-${sourcesDigest()}-${language}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows/index.ts'),
    workflowInterceptorModules: language === 'zh' ? [join(ROOT, 'workflows/in-chinese.ts')] : [],
    logger: new DefaultLogger('WARN'),
  });
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(`${codePath}.${process.pid}`, code);
  renameSync(`${codePath}.${process.pid}`, codePath);
  return { codePath };
}

function sourcesDigest(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of ['workflows', 'domain'])
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).toSorted())
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(ROOT, folder, file)));
  return hash.digest('hex').slice(0, 16);
}

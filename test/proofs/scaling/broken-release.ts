import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRelease } from '../../../sample/build-release.ts';
import type { SampleVersion } from '../../../sample/release/sample-version.ts';

const SOURCES = fileURLToPath(new URL('../../../sample/cf-lite', import.meta.url));
const CACHE = process.env['DEPLOYMENT_ENGINE_CACHE_DIR'] ?? '/var/cache/deployment-engine';

/** The sample release with a job whose start fails; made in a folder, so that no engine finds it by itself. */
export async function releaseThatDoesNotStart(job: string, version: SampleVersion, folder: string): Promise<string> {
  const [sources, cache] = [join(folder, 'cf-lite'), join(folder, 'cache')];
  await cp(SOURCES, sources, { recursive: true });
  const script = join(sources, 'jobs', job, 'templates', `${job}_ctl.erb`);
  const text = await readFile(script, 'utf8');
  await writeFile(script, text.replace(/^ {2}start\)$/m, '  start)\n    echo "the queue is gone" >&2\n    exit 1'));
  await mkdir(cache);
  await symlink(join(CACHE, 'debs'), join(cache, 'debs'));
  return buildRelease({ version, sources, cache });
}

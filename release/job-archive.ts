import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import type { Problem } from '../domain/errors.ts';
import type { ReleaseJob } from '../domain/release.ts';
import { readArchive } from './archive.ts';
import type { ArchiveLimits } from './archive.ts';
import { jobSpecification } from './release-index.ts';
import { parseReleaseYaml } from './release-yaml.ts';

/** What a job's archive says of the job. */
export type JobContent = Pick<ReleaseJob, 'packages' | 'templates' | 'properties'>;

/** Reads `jobs/NAME.tgz`: job.MF, monit and every template that job.MF names must be in it. */
export async function readJobArchive(
  name: string,
  archive: Uint8Array,
  limits: ArchiveLimits,
): Promise<{ job: JobContent | undefined; problems: Problem[] }> {
  const pointer = jsonPointer(['jobs', name]);
  const files = new Set<string>();
  let text: string | undefined;
  const faults = await readArchive(Readable.from([archive]), limits, async (path, content) => {
    files.add(path);
    if (path === 'job.MF') text = (await buffer(content)).toString('utf8');
  });
  const problems = faults.map((message) => ({ pointer, message }));
  if (text === undefined) return { job: undefined, problems: [...problems, { pointer, message: 'has no job.MF' }] };

  const { job, problems: inSpecification } = specificationOf(text, pointer);
  problems.push(...inSpecification);
  const wanted = ['monit', ...Object.keys(job?.templates ?? {}).map((source) => `templates/${source}`)];
  for (const path of wanted) if (!files.has(path)) problems.push({ pointer, message: `has no ${path}` });
  return { job, problems };
}

function specificationOf(text: string, pointer: string): { job: JobContent | undefined; problems: Problem[] } {
  try {
    const parsed = jobSpecification.safeParse(parseReleaseYaml(text));
    if (parsed.success) return { job: parsed.data, problems: [] };
    const problems = parsed.error.issues.map(({ path, message }) => ({
      pointer: pointer + jsonPointer(path),
      message,
    }));
    return { job: undefined, problems };
  } catch (error) {
    return { job: undefined, problems: [{ pointer, message: `job.MF is not YAML: ${(error as Error).message}` }] };
  }
}

import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Problem } from '../../domain/errors.ts';
import type { ReleaseJob } from '../../domain/release/release.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import { jobSpecification } from '../index/release-index.ts';
import { checkedYaml } from '../index/release-yaml.ts';
import { followLinks, type Links } from './archive-links.ts';
import { readArchive } from './archive.ts';
import type { ReleaseLimits } from './limits.ts';

/** What a job's archive says about the job. */
export type JobContent = Pick<ReleaseJob, 'packages' | 'templates' | 'properties'>;

interface ReadJob {
  readonly job: JobContent | undefined;
  readonly problems: Problem[];
}

type JobLimits = Pick<ReleaseLimits, 'job' | 'text'>;

/** Reads `jobs/NAME.tgz`: job.MF, monit and every template that job.MF names must be in it, if only by a link. */
export async function readJobArchive(name: string, archive: Uint8Array, limits: JobLimits): Promise<ReadJob> {
  const pointer = jsonPointer(['jobs', name]);
  const { faults, files, links } = await listing(archive, limits);
  const specification = fileBehind('job.MF', { files, links });
  const text = specification === undefined ? undefined : await contentOf(specification, archive, limits);
  const { job, problems } = specificationOf(text, pointer);
  const wanted = text === undefined ? [] : ['monit', ...templatesOf(job)];
  const lacking = wanted
    .filter((path) => fileBehind(path, { files, links }) === undefined)
    .map((path) => ({ pointer, message: linked(path, links) ?? `has no ${path}` }));
  return { job, problems: [...faults.map((message) => ({ pointer, message })), ...problems, ...lacking] };
}

interface Listing {
  readonly files: ReadonlySet<string>;
  readonly links: Links;
}

async function listing(archive: Uint8Array, limits: JobLimits): Promise<Listing & { readonly faults: string[] }> {
  const files = new Set<string>();
  const links = new Map<string, string>();
  const faults = await readArchive(Readable.from([archive]), limits.job, {
    file: async (path) => void files.add(path),
    // Once made relative to its own folder, a hard link is treated as a symbolic one.
    link: (path, target, type) =>
      void links.set(path, type === 'link' ? posix.relative(posix.dirname(path), target) : target),
  });
  return { faults, files, links };
}

/** The regular file at a path, or where its links lead. */
function fileBehind(path: string, { files, links }: Listing): string | undefined {
  const found = followLinks(path, links);
  return found !== undefined && files.has(found) ? found : undefined;
}

const linked = (path: string, links: Links): string | undefined =>
  links.has(path) ? `${path} links to ${links.get(path)}, which is not there` : undefined;

/** Undefined when it is larger than any text of a release. */
async function contentOf(wanted: string, archive: Uint8Array, limits: JobLimits): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  await readArchive(Readable.from([archive]), limits.job, {
    file: async (path, content) => {
      if (path === wanted && content.header.size <= limits.text) found = await buffer(content);
    },
  });
  return found;
}

const templatesOf = (job: JobContent | undefined): string[] =>
  Object.keys(job?.templates ?? {}).map((source) => `templates/${source}`);

function specificationOf(content: Buffer | undefined, pointer: string): ReadJob {
  if (content === undefined) return { job: undefined, problems: [{ pointer, message: 'has no job.MF' }] };
  if (!isUtf8(content)) return { job: undefined, problems: [{ pointer, message: 'job.MF is not UTF-8: convert it' }] };
  const { value, problems } = checkedYaml(jobSpecification, content.toString('utf8'), { file: 'job.MF', pointer });
  return { job: value, problems };
}

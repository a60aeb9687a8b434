import { join } from 'node:path';
import { parse } from 'yaml';
import { readSampleSources, SAMPLE_VERSIONS, type SampleVersion } from '../../sample/release/sample-version.ts';
import { filesBelow } from '../../sample/release/source-tree.ts';

const CF_LITE = join(import.meta.dirname, '../../sample/cf-lite');

interface Spec {
  readonly name: string;
  readonly packages: readonly string[];
  readonly templates: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SampleJob {
  readonly version: SampleVersion;
  readonly name: string;
  readonly spec: Spec;
  readonly monit: string;
  readonly templates: readonly string[];
  /** All templates and the monit file. */
  readonly text: string;
}

/** The sources of every version. */
export const TREES = new Map(
  await Promise.all(
    SAMPLE_VERSIONS.map(async (version) => [version, await readSampleSources(CF_LITE, version)] as const),
  ),
);

/** Every job of every version. */
export const SAMPLE_JOBS: readonly SampleJob[] = [...TREES].flatMap(([version, tree]) =>
  [...new Set(filesBelow(tree, 'jobs').map(({ path }) => path.split('/', 1)[0] ?? ''))].map((name) => {
    const text = (path: string): string => String(tree.get(`jobs/${name}/${path}`)?.content);
    const templates = filesBelow(tree, `jobs/${name}/templates`).map(({ path }) => path);
    return {
      version,
      name,
      spec: parse(text('spec')) as Spec,
      monit: text('monit'),
      templates,
      text: [...templates.map((path) => text(`templates/${path}`)), text('monit')].join('\n'),
    };
  }),
);

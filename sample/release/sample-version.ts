import { join } from 'node:path';
import { readSourceTree, type SourceTree } from './source-tree.ts';
import { applyVariant } from './variant.ts';

/** Each is like the cf-release of that number. */
export const SAMPLE_VERSIONS = ['160', '170', '194'] as const;
export type SampleVersion = (typeof SAMPLE_VERSIONS)[number];
/** The one that the common tree is; the others are that tree with their `variants/` laid over it. */
export const COMMON_VERSION: SampleVersion = '170';

export const isSampleVersion = (text: string): text is SampleVersion =>
  SAMPLE_VERSIONS.some((version) => version === text);

/** The sources of one version. */
export async function readSampleSources(sources: string, version: SampleVersion): Promise<SourceTree> {
  const kinds = await Promise.all(
    ['jobs', 'packages', 'src'].map(async (kind) =>
      [...(await readSourceTree(join(sources, kind)))].map(([path, file]) => [`${kind}/${path}`, file] as const),
    ),
  );
  return applyVariant(new Map(kinds.flat()), await readSourceTree(join(sources, 'variants', version)));
}

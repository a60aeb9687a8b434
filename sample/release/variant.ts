import { parse, stringify } from 'yaml';
import { renamedSpec, renamedText, type NewNames } from './renamed-properties.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

/** `changes.yml` of a variant: differences from the common tree that are not files of their own. */
interface VariantChanges {
  /** Files and folders of the common tree that the variant lacks. */
  readonly without?: readonly string[];
  /** Property names of every job. */
  readonly properties?: NewNames;
  /** By job: property names of that job alone, and what is merged into its spec (RFC 7396: null takes out). */
  readonly jobs?: Readonly<Record<string, { readonly properties?: NewNames; readonly spec?: MergePatch }>>;
}

type MergePatch = Readonly<Record<string, unknown>>;

const CHANGES = 'changes.yml';

/**
 * The common tree as a variant has it: parts taken out, properties renamed, specs patched, then the variant's own files
 * laid over it. An unchanged file stays byte for byte the same, and so does its job's fingerprint.
 * Throws when `changes.yml` names something that does not exist.
 */
export function applyVariant(common: SourceTree, variant: SourceTree): SourceTree {
  const changes = (parse(String(variant.get(CHANGES)?.content ?? '')) ?? {}) as VariantChanges;
  const { without = [], jobs = {}, properties = {} } = changes;
  const isGone = (path: string) => without.some((gone) => path === gone || path.startsWith(`${gone}/`));
  const kept = [...common].filter(([path]) => !isGone(path));

  const unknown = [
    ...without.filter((gone) => ![...common.keys()].some((path) => path === gone || path.startsWith(`${gone}/`))),
    ...Object.keys(jobs)
      .map((job) => `jobs/${job}/spec`)
      .filter((spec) => !common.has(spec)),
  ];
  if (unknown.length > 0) throw new Error(`${CHANGES} of the variant names what is not there: ${unknown.join(', ')}`);

  const changed = kept.map(([path, file]) => {
    const [kind, job = ''] = path.split('/');
    if (kind !== 'jobs') return [path, file] as const;
    const own = jobs[job] ?? {};
    const names = { ...properties, ...own.properties };
    return [path, path.endsWith('/spec') ? changeSpec(file, names, own.spec) : changeText(file, names)] as const;
  });
  return new Map([...changed, ...[...variant].filter(([path]) => path !== CHANGES)]);
}

function changeSpec(file: SourceFile, names: NewNames, patch: MergePatch = {}): SourceFile {
  const before = parse(String(file.content)) as Record<string, unknown>;
  const after = mergePatch(renamedSpec(before, names), patch);
  const isSame = JSON.stringify(after) === JSON.stringify(before);
  return isSame ? file : { ...file, content: Buffer.from(`---\n${stringify(after)}`) };
}

function changeText(file: SourceFile, names: NewNames): SourceFile {
  return { ...file, content: Buffer.from(renamedText(String(file.content), names)) };
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { type ClusterParts, composeCluster, type ComposedInstance } from '../cluster/compose-cluster.ts';
import { InputError, type Problem } from '../domain/errors.ts';
import type { Instance } from '../domain/instance.ts';
import type { Manifest } from '../domain/manifest/manifest.ts';
import { type TemplateFailure, templateProblems } from '../domain/manifest/template-problems.ts';
import type { ReleaseJob } from '../domain/release/release.ts';
import { phrase } from '../domain/text/text.ts';
import { jobsOf } from '../domain/versions/version.ts';
import { createMonitJudge, type MonitJudge } from './monit-judgement.ts';
import { monitNames, refuseSharedNames } from './monit-names.ts';
import type { FileContent, JobTexts, RenderAnswer } from './sandbox/dry-render-protocol.ts';
import { renderInstances } from './sandbox/dry-renderer.ts';
import type { Rubies } from './sandbox/rubies.ts';

/** The name under which the monit entry is among a job's files. */
const MONIT = 'monit';

export interface ClusterToRender extends Omit<ClusterParts, 'niseBoshDigest'> {
  /** Reads a job's archive. */
  texts(job: ReleaseJob): Promise<JobTexts>;
  /** Default: our own reading of monit's grammar. */
  readonly monit?: MonitJudge;
  /** Default: a ruby is started for this rendering. */
  readonly rubies?: Rubies;
}

/** What an instance's templates make of its manifest; full of secrets. */
export interface RenderedInstance {
  readonly instance: Instance;
  readonly manifest: Manifest;
  /** What templates see as `spec`, without properties. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Job to path below the job's folder to content. */
  readonly jobs: Readonly<Record<string, Readonly<Record<string, FileContent>>>>;
  /** Job to its monit entry. */
  readonly monit: Readonly<Record<string, FileContent>>;
  /** What only the node can tell. */
  readonly warnings: readonly TemplateFailure[];
}

/**
 * Renders every template of every instance without touching a node.
 * Throws InvalidConfiguration for ports and monit's names that clash, InvalidRelease for jobs the release lacks, and TemplateError with
 * all problems of all templates, each with a pointer such as `/jobs/nats/templates/nats.conf.erb`.
 */
export async function renderCluster(cluster: ClusterToRender): Promise<RenderedInstance[]> {
  const rendered = await renderManifests(cluster, composedInstances(cluster));
  refuseSharedNames(rendered.map(({ instance, monit }) => ({ instance, names: monitNames(monit) })));
  return rendered;
}

type InstanceManifest = Pick<RenderedInstance, 'instance' | 'manifest'>;

/** Every instance as a deploy would have it; throws as `composeCluster` does. */
export function composedInstances(cluster: ClusterToRender): ComposedInstance[] {
  // No node's renderer takes part.
  const { designs, compose } = composeCluster({ ...cluster, niseBoshDigest: '' });
  return designs.map((design) => compose(design));
}

/**
 * Renders some instances of a cluster and keeps monit entries alone: all that a judgement needs, where the files of thousands would
 * fill the memory. Throws as `renderCluster` does.
 */
export const renderEntries = (cluster: ClusterToRender, wanted: readonly InstanceManifest[]) =>
  renderManifests(cluster, wanted, (answer) => {
    if (!('jobs' in answer)) return answer;
    const entries = Object.entries(answer.jobs).map(([job, { [MONIT]: entry }]) => [
      job,
      entry === undefined ? {} : { [MONIT]: entry },
    ]);
    return { ...answer, spec: {}, jobs: Object.fromEntries(entries) };
  });

/** `keep`: of each answer. */
async function renderManifests(
  cluster: ClusterToRender,
  wanted: readonly InstanceManifest[],
  keep?: (answer: RenderAnswer) => RenderAnswer,
): Promise<RenderedInstance[]> {
  const jobs = await textsOf(cluster);
  const inputs = wanted.map(({ manifest, instance: { component, index, address } }) => ({
    manifest,
    instance: component,
    index,
    address,
  }));
  const answers = await renderInstances(jobs, inputs, {
    ...(cluster.rubies === undefined ? {} : { rubies: cluster.rubies }),
    ...(keep === undefined ? {} : { keep }),
  });
  refuseFailures(
    wanted.map(({ instance }) => instance),
    answers,
  );
  const rendered = wanted.flatMap(({ instance, manifest }, position) => {
    const answer = answers[position];
    if (answer === undefined || !('spec' in answer)) return [];
    return [{ instance, manifest, spec: answer.spec, ...parted(answer.jobs), warnings: answer.warnings }];
  });
  await refuseEntries(rendered, jobs, cluster.monit ?? (await createMonitJudge()));
  return rendered;
}

async function refuseEntries(
  rendered: readonly RenderedInstance[],
  jobs: Readonly<Record<string, JobTexts>>,
  monit: MonitJudge,
): Promise<void> {
  const failed = await Promise.all(
    rendered.map(async ({ instance, monit: entries }) => {
      const all = Object.entries(entries).map(([job, entry]) => ({ job, entry, template: jobs[job]?.[MONIT] }));
      return { instance: instance.id, failures: await monit.judge(all) };
    }),
  );
  const problems = templateProblems(failed);
  if (problems.length > 0) throw new InputError('TemplateError', problems);
}

async function textsOf({ instances, release, version, texts }: ClusterToRender): Promise<Record<string, JobTexts>> {
  const names = [...new Set(instances.flatMap((instance) => jobsOf(version, instance, instances)))];
  const jobs = names.flatMap((name) => release.jobs[name] ?? []);
  return Object.fromEntries(await Promise.all(jobs.map(async (job) => [job.name, await texts(job)] as const)));
}

function refuseFailures(instances: readonly Instance[], answers: readonly RenderAnswer[]): void {
  const failed = answers.flatMap((answer, position) =>
    'failures' in answer ? [{ instance: idAt(instances, position), failures: answer.failures }] : [],
  );
  const others = answers.flatMap((answer, position): Problem[] =>
    'error' in answer
      ? [{ pointer: '', message: phrase('{place}: {what}', { place: idAt(instances, position), what: answer.error }) }]
      : [],
  );
  const problems = [...templateProblems(failed), ...others];
  if (problems.length === 0) return;
  throw new InputError('TemplateError', problems, { mayPass: answers.some(({ hasDied }) => hasDied === true) });
}

/** What no rendering without the nodes can tell, each with its place. */
export const renderingWarnings = (rendered: readonly RenderedInstance[]): Problem[] =>
  templateProblems(rendered.map(({ instance, warnings }) => ({ instance: instance.id, failures: warnings })));

const idAt = (instances: readonly Instance[], position: number): string => instances[position]?.id ?? '';

/** Monit entries lie elsewhere on a node. */
function parted(rendered: RenderedInstance['jobs']): Pick<RenderedInstance, 'jobs' | 'monit'> {
  const files = Object.entries(rendered).flatMap(([job, all]) =>
    Object.entries(all).map(([path, text]) => ({ job, path, text })),
  );
  const jobs: Record<string, Record<string, FileContent>> = Object.fromEntries(
    Object.keys(rendered).map((job) => [job, {}]),
  );
  for (const { job, path, text } of files) if (path !== MONIT) (jobs[job] ??= {})[path] = text;
  return {
    jobs,
    monit: Object.fromEntries(files.filter(({ path }) => path === MONIT).map(({ job, text }) => [job, text])),
  };
}

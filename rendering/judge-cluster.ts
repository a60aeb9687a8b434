import type { Problem } from '../domain/errors.ts';
import { type TemplateFailure, templateProblems } from '../domain/manifest/template-problems.ts';
import { type MonitName, monitNames, refuseSharedNames } from './monit-names.ts';
import { type ClusterToRender, composedInstances, renderEntries, type RenderedInstance } from './render-cluster.ts';

/** Far more than the instances of a few configurations. */
const REMEMBERED = 20_000;

/**
 * Makes a judge of clusters: throws what `renderCluster` throws, but renders an instance only when it has not rendered
 * one with the same inputs before. So a change is judged in the time that the instances take which see it. Gives what
 * only the nodes can tell.
 */
export function createJudge(render = renderEntries): (cluster: ClusterToRender) => Promise<Problem[]> {
  const sound = new Map<string, Sound>();
  return async (cluster) => {
    const wanted = composedInstances(cluster);
    const fresh = wanted.filter(({ fingerprint }) => !sound.has(fingerprint));
    const rendered = fresh.length > 0 ? await render(cluster, fresh) : [];
    for (const [position, { fingerprint }] of fresh.entries()) sound.set(fingerprint, soundOf(rendered[position]));
    const judged = wanted.map(({ instance, fingerprint }) => ({ instance, ...(sound.get(fingerprint) ?? soundOf()) }));
    if (sound.size > REMEMBERED) sound.clear();
    refuseSharedNames(judged);
    return templateProblems(judged.map(({ instance, warnings }) => ({ instance: instance.id, failures: warnings })));
  };
}

/** What is kept of a rendering that is right in itself. */
interface Sound {
  readonly warnings: readonly TemplateFailure[];
  readonly names: readonly MonitName[];
}

const soundOf = (rendered?: Pick<RenderedInstance, 'warnings' | 'monit'>): Sound => ({
  warnings: rendered?.warnings ?? [],
  names: monitNames(rendered?.monit ?? {}),
});

import type { ClusterContext, ServingContext } from '../../cluster/cluster-context.ts';
import type { ClusterContexts } from '../../cluster/cluster-contexts.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

interface Known {
  readonly store: Pick<Store, 'runs'>;
  readonly contexts: Pick<ClusterContexts, 'load' | 'serving'>;
}

/** What a run works towards. */
export async function contextOfRun({ store, contexts }: Known, run: number): Promise<ClusterContext> {
  const { revision, release } = await begunRun(store, run);
  return contexts.load(revision, release);
}

/** The part that needs no release. */
export async function servingContextOfRun({ store, contexts }: Known, run: number): Promise<ServingContext> {
  return contexts.serving((await begunRun(store, run)).revision);
}

async function begunRun({ runs }: Known['store'], run: number): Promise<Run> {
  const begun = await runs.get(run);
  if (begun === undefined) throw new DeploymentEngineError('RunNotFound', phrase('There is no run {run}.', { run }));
  return begun;
}

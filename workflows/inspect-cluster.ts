import { inspections } from './proxies.ts';

export interface InspectionInput {
  /** The question and its answer are in the store under this id: neither passes through Temporal. */
  readonly inspection: string;
}

/** One look at the cluster, read-only: what a deploy of a configuration would do. */
export async function inspectCluster({ inspection }: InspectionInput): Promise<void> {
  await inspections.previewPlan.executeWithOptions({ summary: 'See what a deploy would change' }, [{ inspection }]);
}

import { inspections } from './proxies.ts';
import { refuse } from './resolve.ts';

export interface InspectionInput {
  /** The question and its answer are in the store under this id: neither passes through Temporal. */
  readonly inspection: string;
}

/** One look at the cluster, read-only: what a deploy of a configuration would do. */
export async function inspectCluster(input?: InspectionInput): Promise<void> {
  if (typeof input?.inspection !== 'string')
    throw refuse(
      'InvalidRequest',
      'It answers POST /deployment-engine/plan and cannot be started by itself: ask for the plan there.',
    );
  const { inspection } = input;
  await inspections.previewPlan.executeWithOptions({ summary: 'See what a deploy would change' }, [{ inspection }]);
}

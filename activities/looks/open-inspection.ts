import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Inspection } from '../../domain/node/inspection.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

/** What an inspection is about; throws `InvalidRequest` if nobody waits for it any more. */
export async function openInspection(
  { inspections }: Pick<Store, 'inspections'>,
  inspection: string,
): Promise<Inspection> {
  const asked = await inspections.asked(inspection);
  if (asked !== undefined) return asked;
  throw new DeploymentEngineError(
    'InvalidRequest',
    phrase('There is no inspection {inspection} any more: ask again.', { inspection }),
  );
}

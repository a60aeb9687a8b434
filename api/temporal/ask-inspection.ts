import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Answers, Inspection, Question } from '../../domain/node/inspection.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';

export type Asking = Pick<ApiDependencies, 'cluster' | 'looks'> & {
  readonly store: Pick<Store, 'inspections'>;
};

/** Has a worker look at nodes and waits for the answer. Throws `NoWorker`, `TooManyRequests`, or why it cannot look. */
export async function answerTo<Kind extends Question>(
  question: Kind,
  asked: Inspection,
  { store, cluster, looks }: Asking,
): Promise<Answers[Kind]> {
  return looks(async () => {
    const inspection = await store.inspections.ask(asked);
    await cluster.inspect(question, inspection);
    const answer = await store.inspections.answerOf<Kind>(inspection);
    if (answer === undefined) throw new DeploymentEngineError('NoWorker', 'the worker left no answer; ask again');
    return answer;
  });
}

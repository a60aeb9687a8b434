// Stands for the product's workflow: it answers as told by the revision it is asked to deploy.
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  deployUpdate,
  type ResolveRequest,
  resolveUpdate,
  statusQuery,
} from '../../../workflows/messages.ts';

const REFUSED = 99;

export async function deployCluster(): Promise<void> {
  let isCancelled = false;
  setHandler(statusQuery, () => ({
    run: 7,
    revision: 1,
    phase: 'working',
    parked: [],
    working: [],
    waiting: [],
    used: { updates: 0, events: 0 },
  }));
  setHandler(deployUpdate, ({ revision }) => {
    if (revision === REFUSED) throw ApplicationFailure.nonRetryable('run 6 is working', 'RunInProgress', { run: 6 });
    return { run: 7, revision };
  });
  setHandler(resolveUpdate, (request?: ResolveRequest) => request?.action ?? 'retry', {
    validator: (request?: ResolveRequest) => {
      if (request?.targets !== undefined) throw ApplicationFailure.nonRetryable('nothing is parked', 'NothingParked');
    },
  });
  setHandler(cancelUpdate, () => {
    isCancelled = true;
    return 'is being cancelled';
  });
  await condition(() => isCancelled);
}

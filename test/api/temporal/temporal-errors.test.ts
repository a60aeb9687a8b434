import { ServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { engineErrorOf } from '../../../api/temporal/temporal-errors.ts';
import { lastWord } from '../../../api/temporal/update-request.ts';

const crowded = Object.assign(new Error('too many in-flight updates'), { code: 8 });

it.each([
  ['of an update', new ServiceError('busy', { cause: crowded }), 'TooManyRequests'],
  ['of an update that may start the workflow', crowded, 'TooManyRequests'],
  ['that is away', new ServiceError('away', { cause: new Error('14') }), 'NoWorker'],
])('names what the server refuses %s', (_what, error, code) => {
  expect(engineErrorOf(error)).toMatchObject({ code });
});

it('names a run that ended before it answered, however often it was asked', () => {
  const failure = ApplicationFailure.nonRetryable('gone', 'AcceptedUpdateCompletedWorkflow');
  expect(lastWord(new WorkflowUpdateFailedError('gone', failure))).toMatchObject({ code: 'RunEnded' });
});

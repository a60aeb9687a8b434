import { setFlagsFromString } from 'node:v8';
import { expect, it, onTestFinished } from 'vitest';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { startWorkflowTemporal } from '../workflow-temporal.ts';

// As in the engine's worker: a stack for each of thousands of promises takes longer than Temporal lets one task take.
setFlagsFromString('--stack-trace-limit=4');

it('tells more targets than Temporal takes signals for at once', async () => {
  const temporal = await startWorkflowTemporal(import.meta.resolve('./tell-many.ts'));
  onTestFinished(() => temporal.stop());
  await temporal.withWorker({}, async () => {
    const options = {
      taskQueue: TASK_QUEUE,
      workflowId: 'tell-many',
      args: [2_100],
      workflowTaskTimeout: '2 minutes',
    } as const;
    await temporal.client.workflow.execute('tellMany', options);
    const { raw } = await temporal.client.workflow.getHandle('tell-many').describe();
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeGreaterThan(4_200);
  });
});

import { expect, it, onTestFinished } from 'vitest';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { startWorkflowTemporal } from '../workflow-temporal.ts';

it('tells more targets than Temporal takes signals for at once', async () => {
  const temporal = await startWorkflowTemporal(import.meta.resolve('./tell-many.ts'));
  onTestFinished(() => temporal.stop());
  await temporal.withWorker({}, async () => {
    const options = { taskQueue: TASK_QUEUE, workflowId: 'tell-many', args: [2_500] };
    await temporal.client.workflow.execute('tellMany', options);
    const { raw } = await temporal.client.workflow.getHandle('tell-many').describe();
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeGreaterThan(5_000);
  });
}, 120_000);

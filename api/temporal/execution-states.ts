import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ClusterClient, ExecutionState } from './cluster-client.ts';

// Other routes answer within two seconds, and some ask twice.
const DESCRIBED_WITHIN_MS = 700;

interface Root {
  readonly workflowId: string;
  readonly namespace: string;
}

/** What Temporal says has become of executions of a cluster's workflow. */
export function executionStates(
  client: Client,
  { workflowId, namespace }: Root,
): Pick<ClusterClient, 'goesOn' | 'stateOf'> {
  const newest = () => client.workflow.getHandle(workflowId).describe();
  return {
    stateOf: (temporalRunId) =>
      described<ExecutionState>('forgotten', async () => {
        const { status } = await client.workflow.getHandle(workflowId, temporalRunId).describe();
        const { name } = status.name === 'CONTINUED_AS_NEW' ? (await newest()).status : status;
        if (name === 'RUNNING') return 'running';
        return name === 'COMPLETED' ? 'forgotten' : 'stopped';
      }),

    goesOn: (temporalRunId) =>
      described(false, async () => {
        const { status, runId } = await newest();
        return status.name === 'RUNNING' && (await originOf(runId)) === temporalRunId;
      }),
  };

  /** Of an execution that a Reset has begun, the one that was reset first. */
  async function originOf(runId: string): Promise<string | undefined> {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    return started?.originalExecutionRunId ?? undefined;
  }

  /** `missing`: where Temporal knows no such execution. */
  async function described<Seen>(missing: Seen, look: () => Promise<Seen>): Promise<Seen | undefined> {
    try {
      return await client.withDeadline(Date.now() + DESCRIBED_WITHIN_MS, look);
    } catch (error) {
      return error instanceof WorkflowNotFoundError ? missing : undefined;
    }
  }
}

import { Client, Connection } from '@temporalio/client';

/** A workflow's history, of which Temporal allows 51,200 events and 50 MiB. */
export interface History {
  readonly workflowId: string;
  readonly events: number;
  readonly bytes: number;
}

/** The longest and the largest history among all workflows of the cluster. */
export async function largestHistories(
  address: string,
): Promise<{ longest: History; largest: History; count: number }> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    let [longest, largest, count] = [NONE, NONE, 0];
    for await (const { workflowId, raw } of workflow.list()) {
      if (!workflowId.startsWith('cluster/')) continue;
      const history = { workflowId, events: Number(raw.historyLength), bytes: Number(raw.historySizeBytes) };
      count += 1;
      if (history.events > longest.events) longest = history;
      if (history.bytes > largest.bytes) largest = history;
    }
    return { longest, largest, count };
  } finally {
    await connection.close();
  }
}

const NONE: History = { workflowId: '', events: 0, bytes: 0 };

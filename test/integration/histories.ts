import { Client, Connection } from '@temporalio/client';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';

/** All that Temporal keeps of every workflow, payloads as text. */
export async function readHistories(address: string): Promise<{ readonly workflows: string[]; readonly text: string }> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace: OWN_NAMESPACE });
  try {
    const workflows: string[] = [];
    const texts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      workflows.push(workflowId);
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      texts.push(JSON.stringify(readable(history)));
    }
    return { workflows, text: texts.join('\n') };
  } finally {
    await connection.close();
  }
}

/** Bytes are what workflows say and are told; everything else is left as it is. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(each)]));
}

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refuseUpgradeOverOpenRuns } from '../../../server/temporal/temporal-database.ts';
import { type EmbeddedTemporal, startTemporal } from '../../support/temporal.ts';
import { ensureNamespace } from '../../../temporal/namespace.ts';
import { until } from '../../support/until.ts';

let temporal: EmbeddedTemporal;
let connection: Connection;

beforeAll(async () => {
  temporal = await startTemporal();
  connection = await Connection.connect({ address: temporal.address });
});

afterAll(async () => {
  await connection.close();
  await temporal.stop();
});

it('keeps what ended for 30 days and knows our search attributes', async () => {
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['ClusterId', 'NodesTotal', 'Operation', 'Parked', 'Phase', 'Run']),
  );
  const place = { address: temporal.address, namespace: 'default' };
  expect(await ensureNamespace(connection, place)).toEqual({ changed: [], warnings: [] });
});

it('writes ahead, and serves its Web UI under /temporal', async () => {
  const database = new DatabaseSync(join(temporal.dataDir, 'temporal-test.db'), { readOnly: true });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
  const page = await fetch(`${temporal.uiUrl}/temporal/`);
  expect(await page.text()).toContain('/temporal');
});

it('comes back with everything after kill -9', async () => {
  await connection.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId: 'cluster/cf',
    workflowType: { name: 'anything' },
    taskQueue: { name: 'nobody' },
    requestId: 'once',
  });
  const [server] = temporal.engine.programs;
  if (server?.pid === undefined) throw new Error('there is no server');
  const killed = server.pid;
  process.kill(killed, 'SIGKILL');
  await until(() => ![undefined, killed].includes(server.pid), 'another server');
  const describe = () =>
    connection.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId: 'cluster/cf' },
    });
  await until(
    () =>
      describe()
        .then(() => true)
        .catch(() => false),
    'the workflow',
  );
  expect(() => refuseUpgradeOverOpenRuns(temporal.dataDir, 'newer')).toThrow('cluster/cf still runs');
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClusterClient } from '../../api/temporal/cluster-client.ts';
import { connectCluster } from '../../api/temporal/temporal-cluster-client.ts';
import { until } from '../support/until.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;
let cluster: ClusterClient;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
  cluster = connectCluster(temporal.server, 'cf', { engine: 'own' });
});
afterAll(async () => {
  await cluster.close();
  await temporal.stop();
});

const { activities } = fakeEngine({ run: 1, nodes: [], instances: [] });

it('has a worker answer, under an id of its own', async () => {
  const asked: string[] = [];
  const previewPlan = async ({ inspection }: { inspection: string }) => void asked.push(`preview ${inspection}`);
  const lookAtHardware = async ({ inspection }: { inspection: string }) => void asked.push(`hardware ${inspection}`);
  await temporal.withWorker({ ...activities, previewPlan, lookAtHardware }, async () => {
    await until(async () => (await cluster.health()).worker, 'the worker is seen');
    await Promise.all([cluster.inspect('preview', 'one'), cluster.inspect('hardware', 'two')]);
  });
  expect(asked.toSorted()).toEqual(['hardware two', 'preview one']);
  const { status } = await temporal.client.workflow.getHandle('inspect/cf/one').describe();
  expect(status.name).toBe('COMPLETED');
});

it('passes on why there is no answer', async () => {
  const previewPlan = () => Promise.reject(failure('InvalidRelease', 'the mirror holds no release'));
  await temporal.withWorker({ ...activities, previewPlan }, async () => {
    await until(async () => (await cluster.health()).worker, 'the worker is seen');
    await expect(cluster.inspect('preview', 'three')).rejects.toMatchObject({
      code: 'InvalidRelease',
      message: 'the mirror holds no release',
    });
  });
});

it("has a worker copy an instance's log, and says which node does not answer", async () => {
  const asked: unknown[] = [];
  const copyLog = async (wanted: { instance: string; copy: string }) => {
    asked.push(wanted);
    if (wanted.instance !== 'nats/0') throw failure('NodeUnreachable', '10.0.0.2 does not answer', true);
  };
  await temporal.withWorker({ ...activities, copyLog }, async () => {
    await until(async () => (await cluster.health()).worker, 'the worker is seen');
    await cluster.copyLog({ instance: 'nats/0', copy: 'four' });
    await expect(cluster.copyLog({ instance: 'nats/1', copy: 'five' })).rejects.toMatchObject({
      code: 'NodeUnreachable',
    });
  });
  expect(asked).toContainEqual({ instance: 'nats/0', copy: 'four' });
  const { status } = await temporal.client.workflow.getHandle('inspect/cf/four').describe();
  expect(status.name).toBe('COMPLETED');
});
